import signal
from threading import Thread

import pytest

from mockserver.verify.interrupt import Interrupt


def test_what_was_heard_goes_on_to_count_and_the_handler_before_is_back():
    interrupt, before = Interrupt(), signal.getsignal(signal.SIGINT)
    interrupt.check()
    with pytest.raises(KeyboardInterrupt), interrupt.heard():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt):
        interrupt.check()


def test_another_than_the_main_thread_runs_without_a_handler():
    before, seen = signal.getsignal(signal.SIGINT), []

    def run():
        with Interrupt().heard():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]
