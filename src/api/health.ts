/** GET /health, /livez, /readyz: what this server is, that it answers, and whether every part can work. */
import type { RequestHandler } from "express";
import { LAYER_IDS, LAYER_NAMES } from "../../layers/model.ts";
import type { Config } from "../config.ts";
import type { Engine } from "../engine.ts";
import type { ConfigStatus } from "../reload.ts";

export type HealthHandlers = Readonly<Record<"health" | "live" | "ready", RequestHandler>>;

type Part = { readonly ready: boolean; readonly detail?: string };
const READY_TIMEOUT_MS = 1000;

/** ms between the start of the process's clock and that of this server. */
const STARTED = performance.now();
/** Since the start; a change of the configuration is none. */
export const uptimeSeconds = (): number => Math.round(performance.now() - STARTED) / 1000;

export type HealthParts = {
  readonly engine: Engine;
  readonly config: Config;
  readonly version: string;
  readonly configStatus: () => ConfigStatus | null;
};

export function healthHandlers({ engine, config, version, configStatus }: HealthParts): HealthHandlers {
  const { parts } = engine;
  return {
    health: (_request, response) => {
      const { detail, isolation, backends, executors } = parts.runner.status();
      const { rulesVersion, configVersion } = parts.settings;
      response.json({
        status: "healthy",
        version,
        uptime: uptimeSeconds(),
        environment: config.env,
        features: featuresOf(config),
        disabled_layers: [...parts.disabled].map((id) => LAYER_NAMES[id]),
        single_operator: engine.singleOperator(),
        kill_switch: engine.killSwitch().engaged ? "engaged" : "released",
        sandbox: { detail, isolation, backends, executors },
        rules_version: rulesVersion,
        config_version: configVersion,
        configuration: renderStatus(configStatus()),
      });
    },
    live: (_request, response) => {
      response.json({ status: "live" });
    },
    ready: async (_request, response) => {
      const states = { store: await storeState(engine), analysis: analysisState(engine), sandbox: sandboxState(engine) };
      const ready = Object.values(states).every((part) => part.ready);
      response.status(ready ? 200 : 503).json({ status: ready ? "ready" : "not_ready", parts: states });
    },
  };
}

/** No problem itself: anybody may read this, and the log has them. */
function renderStatus(status: ConfigStatus | null) {
  return {
    status: status?.refused == null ? "current" : "refused",
    loaded_at: status?.loadedAt ?? null,
    refused_at: status?.refused?.at ?? null,
    problems: status?.refused?.problems ?? 0,
    after_restart: status?.afterRestart ?? [],
  };
}

function featuresOf(config: Config): Readonly<Record<string, boolean>> {
  const layers = LAYER_IDS.map((id) => [`layer${id}`, config.features[`enable_layer${id}`]] as const);
  const { enable_multi_language, enable_behavioral_anomaly, enable_distributed_agents } = config.features;
  return {
    ...Object.fromEntries(layers),
    multi_language: enable_multi_language,
    behavioral_anomaly: enable_behavioral_anomaly,
    distributed_agents: enable_distributed_agents,
    approval: config.approval.enabled,
    audit_log: true,
  };
}

async function storeState(engine: Engine): Promise<Part> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Part>((resolve) => {
    timer = setTimeout(resolve, READY_TIMEOUT_MS, { ready: false, detail: "the store does not answer" });
  });
  const ping = engine.parts.store.ping().then(
    (): Part => ({ ready: true }),
    (error: unknown): Part => ({ ready: false, detail: `the store is ${(error as { code?: string }).code ?? "unavailable"}` }),
  );
  return Promise.race([ping, late]).finally(() => clearTimeout(timer));
}

const analysisState = (engine: Engine): Part => engine.parts.analysisState?.() ?? { ready: true };

/** A switched-off layer 5 never runs anything, so a missing sandbox is then no fault. */
function sandboxState(engine: Engine): Part {
  const { ready, detail } = engine.parts.runner.status();
  return { ready: ready || engine.parts.disabled.has(5), detail };
}
