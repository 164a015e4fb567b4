/** Files that a program makes of what it saw or heard: `ImageGrab.grab().save(path)`, `mss().shot(output=path)`, `camera.capture_file(path)`. */
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { rememberFile } from "./remembered.ts";
import type { Run } from "./run.ts";

const SAVES =
  /^(save|shot|capture_file|capture|savefig|write_png|write_to_file|start_and_record_video|screenshot|get_screenshot_as_file|save_screenshot)$/;

export function rememberCaptured(run: Run, state: State, called: { name: string; value: Value }, args: CallArgs): void {
  if (!SAVES.test(called.name) || !called.value.labels.includes("file.private")) return;
  const path = args.keywords.get("output") ?? args.keywords.get("file_output") ?? args.positional.find(isString);
  if (path === undefined || !isString(path)) return;
  const labels = called.value.labels.filter((label) => !/^(via|type):/.test(label));
  rememberFile(run, state, { path, content: run.values.unknown("file", { path: "captured", labels }), append: false });
}
