// The integration under test: tells two vendors that a person opted out, and does not lose it.

const PATIENCE = 3;

export class ConsentSync {
  constructor({ omeda, xomni, pause = (ms) => new Promise((done) => setTimeout(done, ms)) }) {
    this.omeda = omeda;
    this.xomni = xomni;
    this.pause = pause;
  }

  async optOut(email) {
    await this.#send(`${this.omeda.url}/webservices/rest/client/CLNT1/optoutfilterqueue/*`, {
      method: "POST",
      headers: { ...this.omeda.headers, "content-type": "application/json" },
      body: JSON.stringify({ ClientOptOut: [{ EmailAddress: email }] }),
    });
    const known = await this.#send(
      `${this.xomni.url}/private/mail/subscription/${encodeURIComponent(email)}/status`,
      {
        method: "PUT",
        headers: { ...this.xomni.headers, "content-type": "application/json" },
        body: JSON.stringify({ StatusId: 2 }),
      },
      [404], // nobody whom XOMNI mails
    );
    return { xomni: known.status !== 404 };
  }

  async #send(url, request, fine = []) {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await once(url, request);
      if (answer.ok || fine.includes(answer.status)) return answer;
      const again = answer.status === undefined || answer.status === 429 || answer.status >= 500;
      if (!again || attempt === PATIENCE) throw new Error(`${url}: ${answer.status ?? answer.error}`);
      await this.pause(answer.retryAfter * 1000);
    }
  }
}

async function once(url, request) {
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(2000) });
    await answer.text(); // an answer that breaks off is none
    return { ok: answer.ok, status: answer.status, retryAfter: Number(answer.headers.get("retry-after") ?? 0) };
  } catch (error) {
    return { ok: false, error, retryAfter: 0 };
  }
}
