/** Which backends for programs in processes of their own this machine has, and a sandbox with one of them. */
import type { ProgramBounds, Sandbox, SandboxLanguage } from "../../sandbox/sandbox.ts";
import { locateBubblewrap, locateProgram } from "../../sandbox/supervisor-link.ts";
import { startSandbox } from "./support.ts";

export type Backend = {
  readonly name: string;
  readonly kind: "native" | "oci";
  readonly runtime: string;
  /** Whose kernel answers a program's calls. */
  readonly system: "host" | "gvisor";
  /** Starts in a fraction of a second. */
  readonly isQuick: boolean;
  /** Why it is not tested here. */
  readonly missing: string | false;
};

export const BOUNDS: ProgramBounds = { processes: 64, diskMb: 16, files: 500 };

/** Every one that there is; said aloud where one is missing. In continuous integration those that the distribution has are required. */
export function backendsHere(): Backend[] {
  const native: Backend = { name: "native", kind: "native", runtime: "crun", system: "host", isQuick: true, missing: false };
  const oci = (runtime: string, system: "host" | "gvisor") =>
    ({ name: `oci with ${runtime}`, kind: "oci", runtime, system, isQuick: false, missing: false }) as const;
  return [
    { ...native, missing: missing("bwrap", locateBubblewrap()) },
    { ...oci("crun", "host"), missing: missing("crun", locateProgram("crun")) },
    { ...oci("runsc", "gvisor"), missing: missing("runsc", locateProgram("runsc")) },
    { ...oci("runc", "host"), missing: missing("runc", locateProgram("runc")) },
  ];
}

/** Keys of the section `sandbox` with which this one runs every language. */
export function choiceOf({ kind, runtime }: Pick<Backend, "kind" | "runtime">): string {
  return `backend: { javascript: ${kind}, python: ${kind}, shell: ${kind} }, oci: { runtime: ${runtime} }`;
}

/** Layers that would ask a person about processes and files are off. */
export const WITHOUT_LAYERS =
  "features: { enable_layer1: false, enable_layer2: false, enable_layer3: false, enable_layer4: false, enable_layer6: false }";

function missing(name: string, path: string | null): string | false {
  if (path !== null) return false;
  process.stderr.write(`NOTE: ${name} is not installed; the backend that it runs is not tested here\n`);
  return `${name} is not installed`;
}

/** Why a backend that is installed cannot be tested here, said aloud; in continuous integration that is a failure. */
export function unusable({ name }: Backend, ready: boolean | undefined): string | null {
  if (ready === true || process.env.CI === "true") return null;
  process.stderr.write(`NOTE: ${name} does not work on this machine; it is not tested here\n`);
  return `${name} does not work on this machine`;
}

export function sandboxOf(
  { kind, runtime }: Pick<Backend, "kind" | "runtime">,
  languages: readonly SandboxLanguage[],
  bounds: ProgramBounds = BOUNDS,
): Promise<Sandbox> {
  const chosen = Object.fromEntries(languages.map((language) => [language, kind]));
  return startSandbox({ programs: { languages: chosen, runtime, bounds } });
}
