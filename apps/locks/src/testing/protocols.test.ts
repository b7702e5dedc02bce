import { expect, test } from "vitest";
import { httpProtocol, redisProtocol, zooKeeperProtocol } from "./protocols.ts";

const after = "the next message";

test.each([
  "+OK\r\n",
  ":1\r\n",
  "-NOSCRIPT No matching script.\r\n",
  "$-1\r\n",
  "$5\r\na\r\nbc\r\n",
  "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
  "*2\r\n*1\r\n:1\r\n$0\r\n\r\n",
  "*-1\r\n",
  "%1\r\n+key\r\n*1\r\n:2\r\n",
  "|1\r\n+ttl\r\n:3600\r\n$1\r\nv\r\n",
  "_\r\n",
])("Redis: %j is one message, and its beginnings are none", (message) => {
  const { answerLength } = redisProtocol;
  expect(answerLength(Buffer.from(message + after))).toBe(message.length);
  for (let end = 0; end < message.length; end += 1) {
    expect(answerLength(Buffer.from(message.slice(0, end)))).toBeUndefined();
  }
});

test.each([
  ["*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n", true],
  ["*4\r\n$8\r\npmessage\r\n$1\r\np\r\n$1\r\nc\r\n$1\r\nm\r\n", true],
  [">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n", true],
  ["*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n", false],
  ["$7\r\nmessage\r\n", false],
])("Redis: %j is a notification: %s", (message, isOne) => {
  expect(redisProtocol.isNotification?.(Buffer.from(message))).toBe(isOne);
});

test("HTTP: a head without a body, and one with", () => {
  const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const post = "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc";
  expect(httpProtocol.requestLength(Buffer.from(get + after))).toBe(get.length);
  expect(httpProtocol.requestLength(Buffer.from(post + after))).toBe(post.length);
  expect(httpProtocol.requestLength(Buffer.from(post.slice(0, -1)))).toBeUndefined();
});

test("ZooKeeper: frames with their length before them; pings and watch events are outside of the order", () => {
  const frame = Buffer.from([0, 0, 0, 4, 255, 255, 255, 254]);
  expect(zooKeeperProtocol.answerLength(Buffer.concat([frame, frame]))).toBe(8);
  expect(zooKeeperProtocol.answerLength(frame.subarray(0, 7))).toBeUndefined();
  expect(zooKeeperProtocol.isUnanswered?.(frame)).toBe(true);
});
