import { StackError } from "./stack-error.ts";

/** Backing services that the user provides. The stack uses them instead of starting its own. */
export interface GivenServices {
  databaseUrl?: string;
  /** The lock nodes, in order. */
  redisUrls?: string[];
  eventsRedisUrl?: string;
  /** A DynamoDB at this URL, or the real service of the terminal's AWS settings. */
  dynamodb?: { endpoint: string } | "aws";
  /** `host:port,host:port`, with an optional path; false if no ensemble shall be used or started. */
  zookeeper?: string | false;
}

/** @throws StackError if a URL is invalid. */
export function readGivenServices(env: NodeJS.ProcessEnv): GivenServices {
  const redisUrls = env.REDIS_URLS?.split(",")
    .map((url) => url.trim())
    .filter((url) => url !== "");
  return {
    databaseUrl: env.DATABASE_URL
      ? checked(
          "DATABASE_URL",
          withHost(env.DATABASE_URL),
          ["postgresql:", "postgres:"],
          "postgresql://user:password@localhost:5432/last_unit",
        )
      : undefined,
    redisUrls: redisUrls?.length
      ? redisUrls.map((url) =>
          checked("REDIS_URLS", url, ["redis:", "rediss:"], "redis://host1:6379,redis://host2:6379"),
        )
      : undefined,
    eventsRedisUrl: env.EVENTS_REDIS_URL
      ? checked("EVENTS_REDIS_URL", env.EVENTS_REDIS_URL, ["redis:", "rediss:"], "redis://localhost:6379")
      : undefined,
    dynamodb: givenDynamodb(env),
    zookeeper: readZooKeeper(env),
  };
}

/** A region alone does not select the real service, because many users have one set for other work. */
function givenDynamodb(env: NodeJS.ProcessEnv): GivenServices["dynamodb"] {
  const endpoint = env.DYNAMODB_ENDPOINT;
  if (endpoint) {
    return { endpoint: checked("DYNAMODB_ENDPOINT", endpoint, ["http:", "https:"], "http://localhost:8000") };
  }
  return env.DYNAMODB_TABLE ? "aws" : undefined;
}

/** The form of libpq for a socket, `postgresql://user@/db?host=/folder`, with the host that `URL` requires. */
const withHost = (url: string) => url.replace(/^(postgres(?:ql)?:\/\/(?:[^@/]*@)?)\//, "$1localhost/");

function checked(name: string, url: string, protocols: string[], example: string): string {
  if (!URL.canParse(url) || !protocols.includes(new URL(url).protocol)) {
    throw new StackError(`${name} holds something that is not an address of that kind. Write it like ${example}`);
  }
  return url;
}

function readZooKeeper({ ZOOKEEPER_URL, ZOOKEEPER }: NodeJS.ProcessEnv): string | false | undefined {
  if (!ZOOKEEPER_URL) return ZOOKEEPER === "0" ? false : undefined;
  const url = ZOOKEEPER_URL.trim();
  if (!/^[\w.-]+(:\d{1,5})?(\s*,\s*[\w.-]+(:\d{1,5})?)*(\/[\w.-]+)*\/?$/.test(url)) {
    throw new StackError(
      "ZOOKEEPER_URL holds something that is not a list of servers. Write it like host1:2181,host2:2181,host3:2181",
    );
  }
  return url;
}
