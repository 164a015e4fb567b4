/** What of a request the supervisor and its workers are sent: a head that the supervisor reads, and a body that it does not. */
import { joinBody } from "./frames.ts";
import { withRelated } from "./observed-kinds.ts";
import type { ProgramBody } from "./program-report.ts";
import type { RunBody, RunCeilings, RunHead, RunRequest } from "./types.ts";

const MINIMUM: RunCeilings = { timeoutMs: 1, memoryMb: 16, outputBytes: 0, cpuSeconds: 0.1 };

/** No less than what anything needs, and no more than what is allowed. */
export function clamp(asked: RunCeilings, maximum: RunCeilings): RunCeilings {
  const within = (key: keyof RunCeilings) =>
    Math.max(MINIMUM[key], Math.min(Number.isFinite(asked[key]) ? asked[key] : maximum[key], maximum[key]));
  return {
    ...{ timeoutMs: within("timeoutMs"), memoryMb: Math.floor(within("memoryMb")) },
    ...{ outputBytes: Math.floor(within("outputBytes")), cpuSeconds: within("cpuSeconds") },
  };
}

/** `more`: what else the body holds. */
export function requestBody({ language, limits, ...request }: RunRequest, directory: string | null, more: object): Buffer {
  const { filesystem, declaredFiles, network, expects } = request.profile;
  const head: RunHead = { language, limits, session: request.session ?? null, filesystem, directory };
  const body: RunBody = {
    code: request.code,
    inputs: JSON.stringify(request.inputs ?? null),
    files: declaredFiles ? request.files : {},
    declaredFiles,
    network: network !== "none",
    expects: expects ?? null,
  };
  return joinBody(head, JSON.stringify({ ...body, ...more }));
}

/** A program in a process of its own has no network, whatever its profile grants. */
export function programBody(request: RunRequest, directory: string | null): Buffer {
  const placesFiles = request.profile.filesystem === "read-write";
  const more: Omit<ProgramBody, keyof RunBody> = { language: request.language, outputBytes: request.limits.outputBytes, placesFiles };
  const expects = request.profile.expects ? withRelated(request.profile.expects) : null;
  return requestBody({ ...request, profile: { ...request.profile, network: "none", expects } }, directory, more);
}
