/** Entry of an analysis worker thread: takes grammars and compiled rules, warms up, then answers one task at a time. */
import { flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { type Analyzer, createAnalyzer } from "../../analysis/analyze.ts";
import { createParser, type Parser } from "../../analysis/parse.ts";
import { matchRules } from "../../layers/1-policy-guard/match-rules.ts";
import { loadGrammars } from "./grammars.ts";
import { unpackKnowledge } from "./knowledge.ts";
import type { FromWorker, Task, WorkerSetup } from "./protocol.ts";
import { FIRST_ROUNDS, IDLE_FROM_MS, IDLE_PAUSE_MS, IDLE_ROUNDS, WARM_UP_PROGRAMS } from "./warm-up.ts";

type Loaded = { readonly analyzer: Analyzer } | { readonly fault: string };

/** Rules or models that cannot be used are an answer (INVARIANT 1), not a worker that dies and is restarted for ever. */
function load(parser: Parser, setup: WorkerSetup): Loaded {
  try {
    const { policy, ...known } = unpackKnowledge(setup.knowledge);
    const rules = { ...policy, parse: parser.parse };
    const match = (tree: Parameters<typeof matchRules>[1]) => matchRules(rules, tree, tree.module.language);
    return { analyzer: createAnalyzer({ parser, match, ...known }) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** What no task should pay for is loaded and compiled; the rest of the warming up waits for idle moments. */
function warmUp(analyzer: Analyzer): void {
  for (let round = 0; round < FIRST_ROUNDS; round++) {
    for (const { code, language } of WARM_UP_PROGRAMS) analyzer.analyze(code, language);
  }
}

/** One small program at a time, so that a task waits for no more than that; a worker that has tasks needs no more of it. */
function warmUpWhenIdle(analyzer: Analyzer): { stop(): void } {
  let done = 0;
  const next = () => {
    const { code, language } = WARM_UP_PROGRAMS[done % WARM_UP_PROGRAMS.length]!;
    analyzer.analyze(code, language);
    if (++done < IDLE_ROUNDS * WARM_UP_PROGRAMS.length) timer = setTimeout(next, IDLE_PAUSE_MS).unref();
  };
  let timer = setTimeout(next, IDLE_FROM_MS).unref();
  return { stop: () => clearTimeout(timer) };
}

async function start(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("analysis-worker runs as a worker thread only");
  const say = (message: FromWorker) => port.postMessage(message);
  const parser = await createParser(loadGrammars());
  const loaded = load(parser, workerData as WorkerSetup);
  if ("analyzer" in loaded) warmUp(loaded.analyzer);
  flushCompileCache();
  const warming = "analyzer" in loaded ? warmUpWhenIdle(loaded.analyzer) : null;
  port.on("message", ({ code, language }: Task) => {
    warming?.stop();
    const result =
      "analyzer" in loaded
        ? loaded.analyzer.analyze(code, language)
        : ({ ok: false, failure: { reason: "rules_broken", message: loaded.fault } } as const);
    say({ type: "result", result, poisoned: !parser.usable() });
  });
  say({ type: "ready", fault: "fault" in loaded ? loaded.fault : null });
}

await start();
