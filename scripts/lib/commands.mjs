const port = { type: "string", value: "N", env: "PORT", about: "port of the reverse proxy (default 3000)" };
const replicas = { type: "string", value: "N", env: "REPLICAS", about: "API replicas, 1 to 16 (default 3)" };

/**
 * Every command of package.json.
 *
 * - `about`: one line for the table of commands.
 * - `flags`: what it takes, in the form of `parseArgs`, each with one line of its own. A flag with `env` is another way to
 *   set that environment variable. Absent where the command reads its flags itself, because they need more than a name.
 * - `operands`: what follows without dashes, as it is shown.
 * - `builds`: what has to be built before it runs.
 * - `stops`: it starts processes, and stops them itself when a signal asks it to end. Any other command just ends.
 */
export const commands = {
  start: {
    about: "the whole system; Ctrl-C stops all of it",
    flags: { port, replicas },
    builds: ["api", "storefront"],
    stops: true,
  },
  dev: {
    about: "the whole system, reloading the API and the pages when their source changes",
    flags: {
      port,
      replicas,
      "vite-port": { type: "string", value: "N", about: "port of Vite, which serves the pages (default 5173)" },
    },
    builds: ["api"],
    stops: true,
  },
  test: {
    about: "every test, from nothing: vitest, k6, Playwright",
    flags: {},
    builds: ["api", "storefront"],
    stops: true,
  },
  "test:strategy": {
    about: "the tests of one strategy: its contract, replays and faults",
    flags: {},
    operands: "NAME",
    builds: ["api"],
    stops: true,
  },
  "test:more": {
    about: "tests that need more than npm start does: PostgreSQL 15, PgBouncer, Node.js 24",
    flags: {},
    builds: ["api"],
    stops: true,
  },
  check: { about: "lint, format, types; changes nothing", flags: {}, stops: true },
  format: { about: "formats the code", flags: {}, stops: true },
  load: { about: "compares the strategies under load, with k6", builds: ["api"], stops: true },
  matrix: {
    about: "runs every failure scenario under every strategy, and says which passes",
    flags: { json: { type: "boolean", about: "prints the matrix as JSON" } },
    builds: ["api"],
    stops: true,
  },
  explore: {
    about: "runs a strategy's buyers in every interleaving of their steps, and shows the smallest one that fails",
    flags: {
      strategy: { type: "string", value: "NAME", about: "the strategy to explore" },
      all: { type: "boolean", about: "every strategy but those of ZooKeeper" },
      scenario: { type: "string", value: "NAME", about: "one scenario (default all)" },
      preemptions: { type: "string", value: "N", about: "orders with at most N preemptions (default all)" },
      faults: {
        type: "string",
        value: "LIST",
        about: "what may go wrong at any moment, such as pause,crash,lost-answer",
      },
      "fault-count": { type: "string", value: "N", about: "with --faults: at most N in one order (default 1)" },
      limit: { type: "string", value: "N", about: "stops a scenario after N orders (default 20000)" },
      first: { type: "boolean", about: "stops a scenario at its first wrong order" },
      replay: { type: "string", value: "SCHEDULE", about: "one order, such as 'A1 B* A*' or 'A2 pA B* A*'" },
      json: { type: "boolean", about: "prints the results as JSON" },
      junit: { type: "string", value: "FILE", about: "writes a JUnit report" },
      mutants: { type: "boolean", about: "explores errors that were made on purpose; each must be found" },
    },
    stops: true,
  },
  workshop: {
    about: "the exercises, one after another; grades the current one on each save",
    flags: {},
    operands: "[NN | reset NN | hint NN | explain NN]",
    stops: true,
  },
  grade: {
    about: "judges solutions of the workshop in every order of their steps",
    flags: {
      all: { type: "boolean", about: "every exercise" },
      json: { type: "boolean", about: "prints the verdicts as JSON" },
      file: { type: "string", value: "FILE", about: "grades this file instead of the one in practice/" },
      scenario: { type: "string", value: "N", about: "the scenario of --replay, as printed with a wrong order" },
      replay: { type: "string", value: "SCHEDULE", about: "one order, such as 'A1 B* A*'" },
      solutions: { type: "boolean", about: "tests the grader: the exercises' own right and wrong solutions" },
      repeat: { type: "string", value: "N", about: "with --solutions: grades each so often (default 1)" },
      replays: { type: "string", value: "N", about: "with --solutions: replays each wrong order so often (default 1)" },
    },
    operands: "NN",
    stops: true,
  },
  bench: { about: "ratios against another commit, baselines and limits", builds: ["api", "storefront"], stops: true },
  "check-history": { about: "checks a recorded history for linearizability" },
  conformance: { about: "tests Redlock packages against five Redis nodes that fail on purpose", stops: true },
  doctor: { about: "which outside programs are there, and how to get the rest", flags: {} },
  locks: {
    about: "who holds and waits for what, in every store of the running system",
    flags: {
      watch: { type: "boolean", about: "looks again every second until Ctrl-C" },
      json: { type: "boolean", about: "prints the report as JSON" },
      url: { type: "string", value: "URL", about: "another system (LAB_TOKEN is sent when it is set)" },
    },
  },
  service: {
    about: "kills, pauses and restarts services of the running system",
    flags: {},
    operands: "list | kill|stop|start|restart|pause|resume NAME",
  },
  docs: { about: "writes docs/strategies.md from the strategies' own texts", flags: {} },
  readme: { about: "writes the README's tables from measured reports" },
  help: { about: "this table", flags: {} },
};
