// What a test needs of the mock: a world of its own, and a look at what became of it.

const URL_OF_MOCK = process.env.MOCKSERVER_URL ?? "http://127.0.0.1:8080";

async function control(method, path, body) {
  const answer = await fetch(`${URL_OF_MOCK}/__admin${path}`, {
    method,
    headers: body ? { "content-type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}

export async function mock(test, wish = {}) {
  const sandbox = await control("POST", "/sandboxes", wish);
  const here = `/sandboxes/${sandbox.name}`;
  test.after(() => control("DELETE", here));
  return {
    vendor: (name) => ({ url: sandbox.base_urls[name], headers: sandbox.credentials[name][0]?.headers ?? {} }),
    consents: async (query) => (await control("GET", `${here}/consents?${new URLSearchParams(query)}`)).consents,
    requests: async (query) => (await control("GET", `${here}/requests?${new URLSearchParams(query)}`)).requests,
    faults: (...rules) => control("PUT", `${here}/faults`, { rules }),
  };
}
