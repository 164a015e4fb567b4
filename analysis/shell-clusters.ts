/** Commands that take whole environments down or leave the container: docker, kubectl, terraform. */
import { type CommandMeaning, oneEffect, only } from "./shell-meaning.ts";

const HOST_MOUNT = /^(?:--volume=|-v)?\/(?:etc|root|var\/run\/docker\.sock|proc|sys)?:/;

/** The whole machine is inside the container: `--privileged`, `-v /:/host`. */
const escapes = (args: readonly string[]): boolean =>
  args.some(
    (a, i) =>
      a === "--privileged" ||
      /^--(pid|net|network|userns)=host$/.test(a) ||
      HOST_MOUNT.test(/^(-v|--volume)$/.test(args[i - 1] ?? "") ? a : a.startsWith("-v") || a.startsWith("--volume=") ? a : ""),
  );

const WHOLE = /^(ns|namespaces?|all|nodes?|pv|persistentvolumes?|crds?|customresourcedefinitions?|--all|--all-namespaces|-A)$/;

/** Null for everything else that these programs do. */
export function clusterMeaning(program: string, args: readonly string[]): CommandMeaning | null {
  const line = [program, ...args].join(" ");
  if ((program === "docker" || program === "podman") && /^(run|exec|create)$/.test(args[0] ?? "") && escapes(args))
    return only("command.privilege");
  if ((program === "kubectl" || program === "oc") && args.includes("delete") && args.some((a) => WHOLE.test(a)))
    return oneEffect("infra.change", line, ["command.destructive"]);
  if (/^(terraform|tofu|pulumi|cdk)$/.test(program) && args.includes("destroy"))
    return oneEffect("infra.change", line, ["command.destructive"]);
  return null;
}
