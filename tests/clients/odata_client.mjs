// Asks as @odata/client does; prints one JSON object: what came of each query.
import { createRequire } from "node:module";
const { OData } = createRequire(`${process.cwd()}/`)("@odata/client");

const [serviceEndpoint, header] = process.argv.slice(2);
const commonHeaders = JSON.parse(header);
const client = OData.New4({ serviceEndpoint, commonHeaders });
const people = client.getEntitySet("SubscriberOptIn");
const ids = (rows) => rows.map((row) => row.Id);
const param = () => client.newParam();
const filter = (name) => client.newFilter().property(name);

console.log(
  JSON.stringify({
    filter: ids(await people.query(param().filter(filter("Email").eqString("a@b.com")))),
    order: ids(await people.query(param().orderby([{ field: "UpdateDate", order: "desc" }, { field: "Id", order: "desc" }]).top(3))),
    page: ids(await people.query(param().orderby([{ field: "Id", order: "desc" }]).skip(2).top(3))),
    count: await people.count(),
    counted: await people.count(filter("SubscriberStatus").eq("Unsubscribed-Partial")),
    key: await people.retrieve(1519),
    refused: await people.query(param().filter("Foo eq 1")).then(String, (error) => error.message),
  }),
);
