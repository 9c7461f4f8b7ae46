// Asks as o.js does; prints one JSON object: what came of each query.
import { createRequire } from "node:module";
const { o } = createRequire(`${process.cwd()}/`)("odata");

const [base, header] = process.argv.slice(2);
const client = o(base, { headers: { "Content-Type": "application/json", ...JSON.parse(header) } });
const ids = (rows) => rows.map((row) => row.Id);

async function follow(resource, query) {
  const pages = [];
  let page = await client.get(resource).fetch(query).then((response) => response.json());
  for (;;) {
    pages.push(ids(page.value));
    if (!page["@odata.nextLink"]) return pages;
    page = await o(page["@odata.nextLink"], { headers: JSON.parse(header) }).get().fetch().then((r) => r.json());
  }
}

const refused = await client.get("SubscriberOptIn").query({ $filter: "Foo eq 1" }).catch((response) => response);
console.log(
  JSON.stringify({
    filter: ids(await client.get("SubscriberOptIn").query({ $filter: "Email eq 'o''brien@example.com'" })),
    order: ids(await client.get("SubscriberOptIn").query({ $orderby: "UpdateDate desc,Id desc", $top: 3 })),
    select: await client.get("SubscriberOptIn").query({ $select: "Id,Email", $top: 1, $filter: "Id ge 1520" }),
    pages: await follow("SubscriberOptIn", { $filter: "IsOptedIn eq true", $orderby: "Email" }),
    count: await client.get("SubscriberOptIn/$count").query(),
    key: await client.get("SubscriberOptIn(1519)").query(),
    service: await client.get("").query(),
    refused: [refused.status, (await refused.json()).error.message],
  }),
);
