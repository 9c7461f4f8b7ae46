import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mock } from "./mock.js";
import { ConsentSync } from "./sync.js";

const start = async (t) => {
  const world = await mock(t);
  return { world, sync: new ConsentSync({ omeda: world.vendor("omeda"), xomni: world.vendor("xomni") }) };
};

describe("an opt-out", { concurrency: 16 }, () => {
  for (let number = 1; number <= 100; number += 1) {
    test(`of person ${number} reaches Omeda, and nobody else's world`, async (t) => {
      const { world, sync } = await start(t);
      const email = `person${number}@example.com`;
      assert.deepEqual(await sync.optOut(email), { xomni: false });
      const consents = await world.consents({ vendor: "omeda", state: "opted_out", email });
      assert.ok(consents.length > 0 && consents.every((each) => each.email === email));
      const asked = await world.requests({ vendor: "omeda" });
      assert.equal(asked.length, 1);
    });
  }

  test("reaches XOMNI where it mails the person", async (t) => {
    const { world, sync } = await start(t);
    assert.deepEqual(await sync.optOut("subscribed@example.com"), { xomni: true });
    const [consent] = await world.consents({ vendor: "xomni", email: "subscribed@example.com" });
    assert.equal(consent.state, "opted_out");
  });

  for (const fault of ["500", "reset", "reset-after-commit", "timeout-after-commit", "truncated"]) {
    test(`is not lost where the first request meets ${fault}`, async (t) => {
      const { world, sync } = await start(t);
      await world.faults({ match: { vendor: "omeda", nth: [1] }, fault });
      await sync.optOut("test@omeda.com");
      const consents = await world.consents({ vendor: "omeda", email: "test@omeda.com" });
      assert.ok(consents.length > 0 && consents.every((each) => each.state === "opted_out"));
    });
  }
});
