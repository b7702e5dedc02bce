import { randomUUID } from "node:crypto";
import { openTcpProxy, redisProtocol, type TcpProxy } from "../src/testing/index.ts";
import { type AdapterSource, ClientProcess } from "./client-process.ts";
import { eventually, within } from "./eventually.ts";
import type { NodeOptions, ProcessList, RedisNode } from "./redis-node.ts";
import { ANY_LOCK, type Grant } from "./worker-calls.ts";

/** A client that has not answered by then counts as one that never does. */
const ANSWER_BOUND_MS = 15_000;
/** Longer than any case takes: nothing is free again because a lock of this TTL expired. */
export const LONG_TTL_MS = 120_000;

/** The client that a case talks to, with a proxy of its own before each node. */
export class Client {
  constructor(
    readonly name: string,
    readonly process: ClientProcess,
    readonly proxies: readonly TcpProxy[],
    readonly answerBoundMs: number,
  ) {}

  /** Rejects when the lock is refused, and with TookTooLong. */
  acquire(lock: string, ttlMs: number, waitMs = 0, boundMs = waitMs + this.answerBoundMs): Promise<Grant> {
    return within(this.process.call("acquire", this.name, lock, ttlMs, waitMs), boundMs, `${this.name} acquires`);
  }

  extend(grant: Grant, ttlMs: number): Promise<Grant> {
    return within(
      this.process.call("extend", this.name, grant.handle, ttlMs),
      this.answerBoundMs,
      `${this.name} extends`,
    );
  }

  release(grant: Grant): Promise<void> {
    return within(this.process.call("release", this.name, grant.handle), this.answerBoundMs, `${this.name} releases`);
  }

  /** Requests of this client that its nodes have answered. */
  get answered(): number {
    return this.proxies.reduce((sum, { answers }) => sum + answers, 0);
  }

  get requests(): number {
    return this.proxies.reduce((sum, { requests }) => sum + requests, 0);
  }

  get connections(): number {
    return this.proxies.reduce((sum, { connections }) => sum + connections, 0);
  }

  heal(): void {
    for (const proxy of this.proxies) proxy.heal();
  }
}

/** What a case works with: the nodes, and clients of the adapter under test in two processes. */
export class Bench {
  readonly #processes = new Map<string, Promise<ClientProcess>>();
  readonly #starting = new Map<string, Promise<ClientProcess>>();
  #clients: Client[] = [];
  #description: Awaited<ReturnType<Bench["describe"]>> | undefined;

  /** A quick run does fewer cycles with fewer contenders. */
  readonly isQuick: boolean;
  readonly #processList: ProcessList | undefined;

  constructor(
    readonly allNodes: readonly RedisNode[],
    public adapter: AdapterSource,
    { isQuick, nodes }: { isQuick: boolean; nodes: NodeOptions },
  ) {
    this.isQuick = isQuick;
    this.#processList = nodes.processes;
  }

  /** Goes on with another adapter of the same file, in the same processes. After `clean`. */
  use(name: string): void {
    this.adapter = { ...this.adapter, name };
    this.#description = undefined;
  }

  /** The nodes that the adapter uses. */
  get nodes(): readonly RedisNode[] {
    return this.allNodes.slice(0, this.#description?.nodes ?? this.allNodes.length);
  }

  /** How long to wait for what a package without the fault does at once. */
  patience(ms: number): number {
    return this.isQuick ? ms / 3 : ms;
  }

  get majority(): number {
    return Math.floor(this.nodes.length / 2) + 1;
  }

  /** Connects a client. It has taken and released a lock once, so that scripts are loaded and connections are there. */
  async client(name: string, inProcess: "one" | "two" = name === "B" ? "two" : "one"): Promise<Client> {
    const process = await this.#process(inProcess);
    const open = ({ address }: RedisNode) => openTcpProxy(address, { protocol: redisProtocol });
    const proxies = await Promise.all(this.allNodes.map(open));
    const client = new Client(name, process, proxies, this.patience(ANSWER_BOUND_MS));
    this.#clients.push(client);
    const urls = proxies.map(({ address }) => `redis://${address}`);
    await within(process.call("open", name, this.adapter.name, urls), ANSWER_BOUND_MS, `${name} connects`);
    this.#description ??= await this.describe(process);
    await this.#warmUp(client);
    return client;
  }

  /** On a busy machine a package with short deadlines may need more than one try. */
  async #warmUp(client: Client, tries = 5): Promise<void> {
    try {
      await client.release(await client.acquire(this.lockName("warm-up"), 10_000, 5_000));
    } catch (error) {
      if (tries <= 1) throw error;
      await this.#warmUp(client, tries - 1);
    }
  }

  get hasExtend(): boolean {
    return this.#description?.hasExtend ?? false;
  }

  get hasUsing(): boolean {
    return this.#description?.hasUsing ?? false;
  }

  lockName(what = "lock"): string {
    return `conformance:${what}:${randomUUID()}`;
  }

  redisKey(lock: string): string {
    return this.#description?.keyOfLock.replace(ANY_LOCK, lock) ?? lock;
  }

  /** The owner that each node has now. */
  async owners(lock: string): Promise<(string | null)[]> {
    const key = this.redisKey(lock);
    return Promise.all(this.nodes.map(({ direct }) => direct.get(key)));
  }

  async isFree(lock: string): Promise<boolean> {
    return (await this.owners(lock)).every((owner) => owner === null);
  }

  async isSetOnMajority(lock: string): Promise<boolean> {
    return (await this.owners(lock)).filter((owner) => owner !== null).length >= this.majority;
  }

  /** Waits until the lock has expired on every node. */
  async expiry(lock: string): Promise<void> {
    await eventually(() => this.isFree(lock), "the lock expires on all nodes");
  }

  /** Another owner's key, on some of the nodes. */
  async occupy(lock: string, indexes: readonly number[]): Promise<void> {
    const key = this.redisKey(lock);
    await Promise.all(indexes.map((index) => this.nodes[index]?.direct.set(key, "somebody else", "PX", LONG_TTL_MS)));
  }

  async vacate(lock: string, indexes: readonly number[]): Promise<void> {
    const key = this.redisKey(lock);
    await Promise.all(indexes.map((index) => this.nodes[index]?.direct.del(key)));
  }

  /** After a case: no fault is left and no client. A process that does not answer any more is replaced. */
  async clean(): Promise<void> {
    for (const client of this.#clients) client.heal();
    const close = async ({ name, process }: Client) => {
      if (!process.isAlive) return;
      process.signal("SIGCONT");
      await within(process.call("close", name), 3_000, `${name} closes`).catch(() => process.end());
    };
    await Promise.all(this.#clients.map(close));
    for (const { proxies } of this.#clients) for (const proxy of proxies) proxy.close();
    this.#clients = [];
    for (const process of await this.#running()) {
      if (process.isAlive)
        await within(process.call("shiftClock", 0), 3_000, "the clock is set back").catch(() => process.end());
    }
    await Promise.all(this.allNodes.map(({ direct }) => direct.flushall()));
  }

  async end(): Promise<void> {
    await Promise.all((await this.#running()).map((process) => process.end()));
  }

  async #running(): Promise<ClientProcess[]> {
    const started = await Promise.allSettled(this.#processes.values());
    return started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  }

  private describe(process: ClientProcess) {
    return process.call("describe");
  }

  async #process(name: "one" | "two"): Promise<ClientProcess> {
    const running = await this.#processes.get(name)?.catch(() => undefined);
    if (running?.isAlive) return running;
    // Several clients may ask at once: the first one starts the process.
    const starting = this.#starting.get(name) ?? this.#start(name).finally(() => this.#starting.delete(name));
    this.#starting.set(name, starting);
    this.#processes.set(name, starting);
    return starting;
  }

  async #start(name: string): Promise<ClientProcess> {
    const started = await ClientProcess.start(this.adapter);
    // A paused process does not notice that the program has ended.
    await this.#processList?.add({ name: `conformance-client-${name}`, pid: started.pid, stopSignal: "SIGKILL" });
    return started;
  }
}
