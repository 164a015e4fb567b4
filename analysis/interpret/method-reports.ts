/** What methods of receivers that are not known say by their arguments, whatever library they belong to. */
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { reportMemory } from "./agent-memory.ts";
import { reportAnswer } from "./answers.ts";
import { reportQueryCode } from "./asking.ts";
import type { CallArgs } from "./call-args.ts";
import { rememberCaptured } from "./captured-files.ts";
import { reportOpenedNetwork } from "./firewalls.ts";
import { reportPod } from "./host-containers.ts";
import { reportMapperWrite } from "./mapper-writes.ts";
import { noteSubmit } from "./page-forms.ts";
import { reportRemoteFile } from "./pipelines.ts";
import { reportMailCommand } from "./recipients.ts";
import { reportMailRule } from "./redirections.ts";
import { reportClinicalClient, reportResource } from "./remote-records.ts";
import { inJs, type Run } from "./run.ts";
import { reportReplaced } from "./safeguards.ts";
import { reportServiceData } from "./service-data.ts";

export function reportMethod(run: Run, state: State, callee: { name: string; receiver: string; value: Value }, args: CallArgs): void {
  const api = `${callee.receiver}.${callee.name}`;
  reportQueryCode(run, state, api, args);
  if (inJs(run)) noteSubmit(run, callee.name, args);
  reportMapperWrite(run, state, callee, args);
  reportClinicalClient(run, state, callee, args);
  if (inJs(run)) reportAnswer(run, state, callee, args);
  if (inJs(run)) reportServiceData(run, state, callee, args);
  reportMemory(run, state, callee, args);
  reportResource(run, state, callee);
  reportMailCommand(run, state, callee, args);
  reportMailRule(run, state, callee, args);
  reportPod(run, state, callee, args);
  reportOpenedNetwork(run, state, callee, args);
  if (!inJs(run)) rememberCaptured(run, state, callee, args);
  reportReplaced(run, state, callee, args);
  reportRemoteFile(run, state, { name: callee.name, api }, args);
}
