/** The configured rate limits on rate-limiter-flexible: counted in this process, or in Redis for all replicas together. */
import { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from "rate-limiter-flexible";
import type { Quota, RateLimits, Standing } from "../api/rate-limit.ts";
import type { Config } from "../config.ts";

type Settings = Config["performance"]["rate_limit"];
type Limiter = { consume(key: string): Promise<RateLimiterRes> };

/** Null when rate limits are switched off. `onProblem` hears when Redis fails and when it is back. */
export function createRateLimits(settings: Settings, onProblem: (message: string) => void): RateLimits | null {
  if (!settings.enabled) return null;
  const quotas = quotasOf(settings);
  const redis = settings.redis_url === null ? null : connect(settings.redis_url, onProblem);
  const limiters = quotas.map((quota) => limiterFor(quota, redis));
  return {
    quotas,
    async take(subject) {
      const standings: Standing[] = [];
      for (const [index, quota] of quotas.entries()) {
        const { refused, result } = await consume(limiters[index]!, subject);
        standings.push({ name: quota.name, remaining: result.remainingPoints, reset: secondsOf(result) });
        // What a shorter window refuses does not count in a longer one.
        if (refused) return { standings, exceeded: quota };
      }
      return { standings, exceeded: null };
    },
    close: () => redis?.disconnect(),
  };
}

/** A burst that is no smaller than the minute's quota limits nothing. */
function quotasOf({ requests_per_minute, requests_per_hour, burst }: Settings): readonly Quota[] {
  const minute: readonly Quota[] = [
    { name: "minute", quota: requests_per_minute, window: 60 },
    { name: "hour", quota: requests_per_hour, window: 3600 },
  ];
  return burst < requests_per_minute ? [{ name: "burst", quota: burst, window: 1 }, ...minute] : minute;
}

/** Without Redis every replica counts by itself: a limit that is too wide for a while, but never none. */
function limiterFor({ name, quota, window }: Quota, redis: Redis | null): Limiter {
  const options = { points: quota, duration: window, keyPrefix: `agentguard:rate:${name}` };
  const memory = new RateLimiterMemory(options);
  if (redis === null) return memory;
  return new RateLimiterRedis({
    ...options,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
  });
}

async function consume(limiter: Limiter, subject: string): Promise<{ refused: boolean; result: RateLimiterRes }> {
  try {
    return { refused: false, result: await limiter.consume(subject) };
  } catch (thrown) {
    // It rejects with the result when the quota is used up, and with an Error when it failed.
    if (thrown instanceof Error) throw thrown;
    return { refused: true, result: thrown as RateLimiterRes };
  }
}

const secondsOf = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, Math.ceil(msBeforeNext / 1000));

/** Commands do not wait for a connection: while there is none, the limiters in memory count. */
function connect(url: string, onProblem: (message: string) => void): Redis {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 500, connectionName: "agentguard" });
  let failing = false;
  redis.on("error", (error: NodeJS.ErrnoException) => {
    if (!failing) onProblem(`rate limits are counted by this server alone: Redis does not answer (${error.code ?? error.name})`);
    failing = true;
  });
  redis.on("ready", () => {
    if (failing) onProblem("rate limits are counted in Redis again");
    failing = false;
  });
  return redis;
}
