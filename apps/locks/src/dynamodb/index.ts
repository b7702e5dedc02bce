export { connectDynamodb, type Dynamodb, type DynamodbSettings } from "./client.ts";
export { type DynamodbLeaseOptions, dynamodbAbout, dynamodbLease } from "./lease.ts";
export { locksInTable } from "./locks-in-table.ts";
