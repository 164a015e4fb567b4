/**
 * One HTTP application for each configuration that was in effect: a change puts a new one in front, and what is in flight
 * ends in the one that it began in, so that no request ever sees two configurations.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Composed } from "./compose.ts";
import type { Config } from "./config.ts";
import type { Engine } from "./engine.ts";
import type { ConfigStatus } from "./reload.ts";

export type GenerationParts = { readonly engine: Engine; readonly config: Config; readonly configStatus: () => ConfigStatus | null };
export type Generations = {
  readonly handle: RequestListener;
  /** Resolves with warnings when new requests meet the new configuration; rejects when it cannot, and the old one stays. */
  replace(config: Config): Promise<readonly string[]>;
  /** Where `/health` learns how the configuration stands. */
  report(status: () => ConfigStatus): void;
  close(): Promise<void>;
};
type Generation = { readonly composed: Composed; readonly app: RequestListener; inFlight: number; retired: boolean };

export type GenerationsOptions = {
  readonly config: Config;
  readonly composed: Composed;
  readonly createApp: (parts: GenerationParts) => RequestListener;
};

export function createGenerations({ config, composed, createApp }: GenerationsOptions): Generations {
  let status: (() => ConfigStatus) | null = null;
  const configStatus = () => status?.() ?? null;
  const start = (of: Composed, under: Config): Generation => ({
    composed: of,
    app: createApp({ engine: of.engine, config: under, configStatus }),
    ...{ inFlight: 0, retired: false },
  });
  let current = start(composed, config);
  return {
    handle: (request, response) => serve(current, request, response),
    async replace(next) {
      const before = current;
      const prepared = await before.composed.reconfigure(next);
      try {
        current = start(prepared, next);
      } catch (error) {
        await prepared.release();
        throw error;
      }
      before.retired = true;
      releaseIdle(before);
      return prepared.warnings;
    },
    report: (source) => {
      status = source;
    },
    close: () => current.composed.close(),
  };
}

function serve(generation: Generation, request: IncomingMessage, response: ServerResponse): void {
  generation.inFlight++;
  response.once("close", () => {
    generation.inFlight--;
    if (generation.retired) releaseIdle(generation);
  });
  generation.app(request, response);
}

/** What cannot be stopped here is stopped with the server. */
function releaseIdle({ inFlight, composed }: Generation): void {
  if (inFlight === 0) composed.release().catch(() => undefined);
}
