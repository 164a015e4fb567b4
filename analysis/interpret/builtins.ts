/** Evaluators that API models name with `builtin:`; `undefined` means: not evaluated, fall back to the model. */

import { BUILTINS_ANSWERS } from "./answers.ts";
import type { Builtin } from "./builtin.ts";
import { BUILTINS_BYTES } from "./builtins-bytes.ts";
import { BUILTINS_CODE } from "./builtins-code.ts";
import { BUILTINS_CONNECTIONS } from "./builtins-connections.ts";
import { BUILTINS_EXPRESSIONS } from "./builtins-expressions.ts";
import { BUILTINS_FIELDS } from "./builtins-fields.ts";
import { BUILTINS_FILES } from "./builtins-files.ts";
import { BUILTINS_FORMS } from "./builtins-forms.ts";
import { BUILTINS_FUNCTIONS } from "./builtins-functions.ts";
import { BUILTINS_KEYS } from "./builtins-keys.ts";
import { BUILTINS_LIBRARIES } from "./builtins-libraries.ts";
import { BUILTINS_MARKUP } from "./builtins-markup.ts";
import { BUILTINS_NODE } from "./builtins-node.ts";
import { BUILTINS_NOTEBOOK } from "./builtins-notebook.ts";
import { BUILTINS_NUMBERS } from "./builtins-numbers.ts";
import { BUILTINS_OBJECTS } from "./builtins-objects.ts";
import { BUILTINS_SERVICES } from "./builtins-services.ts";
import { BUILTINS_STREAMS } from "./builtins-streams.ts";
import { BUILTINS_TASKS } from "./builtins-tasks.ts";
import { BUILTINS_TEXTS } from "./builtins-texts.ts";
import { BUILTINS_TOOLS } from "./builtins-tools.ts";
import { BUILTINS_BYTECODE } from "./bytecode.ts";
import { BUILTINS_CLASSES } from "./classes.ts";
import { BUILTINS_CLIENT_SETTINGS } from "./client-settings.ts";
import { counterOf } from "./counters.ts";
import { BUILTINS_EMITTERS } from "./emitters.ts";
import { makeException } from "./exceptions.ts";
import { BUILTINS_FETCH } from "./fetching.ts";
import { BUILTINS_INTERCEPTED } from "./intercepted.ts";
import { BUILTINS_BUFFERS } from "./javascript-buffers.ts";
import { javascriptBuiltin } from "./javascript-builtins.ts";
import { BUILTINS_ROWS } from "./kept-rows.ts";
import { BUILTINS_LOGGING } from "./logging.ts";
import { BUILTINS_LOOKED_THROUGH } from "./looked-through.ts";
import { BUILTINS_MAPPERS } from "./mapper-writes.ts";
import { BUILTINS_OPTIONS } from "./options.ts";
import { BUILTINS_OPTIONS_JAVASCRIPT } from "./options-javascript.ts";
import { BUILTINS_THREADS } from "./own-threads.ts";
import { BUILTINS_PACKAGES } from "./package-files.ts";
import { BUILTINS_PAGE } from "./page.ts";
import { BUILTINS_PAYMENTS } from "./payments.ts";
import { BUILTINS_PRINTING } from "./printing.ts";
import { pureCall } from "./pure-call.ts";
import { dictOf, dictWithDefault, pythonBuiltin } from "./python-builtins.ts";
import { iterator } from "./python-iterators.ts";
import { PYTHON_REGEX } from "./python-regex.ts";
import { BUILTINS_REDACTION } from "./redaction.ts";
import { BUILTINS_REMOTE_LOGS } from "./remote-logs.ts";
import { BUILTINS_SAFEGUARDS } from "./safeguards.ts";
import { BUILTINS_STATEMENTS } from "./sql-call.ts";
import { BUILTINS_TABLES } from "./tables.ts";
import { BUILTINS_TOOL_SERVERS } from "./tool-servers.ts";
import { BUILTINS_TOKENS } from "./unverified-token.ts";
import { BUILTINS_WEB } from "./web-objects.ts";
import { BUILTINS_WEBASSEMBLY } from "./webassembly.ts";
import { BUILTINS_WRITTEN } from "./written.ts";

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  pure: pureCall,
  python_builtin: pythonBuiltin,
  iterator,
  dict_of: dictOf,
  counter_of: counterOf,
  dict_with_default: dictWithDefault,
  js_builtin: javascriptBuiltin,
  exception: makeException,
  same: (_run, _state, { args }) => args.positional[0],
  ...PYTHON_REGEX,
  ...BUILTINS_BYTES,
  ...BUILTINS_CODE,
  ...BUILTINS_BYTECODE,
  ...BUILTINS_WEBASSEMBLY,
  ...BUILTINS_FETCH,
  ...BUILTINS_INTERCEPTED,
  ...BUILTINS_FILES,
  ...BUILTINS_CONNECTIONS,
  ...BUILTINS_CLIENT_SETTINGS,
  ...BUILTINS_BUFFERS,
  ...BUILTINS_KEYS,
  ...BUILTINS_LIBRARIES,
  ...BUILTINS_FUNCTIONS,
  ...BUILTINS_MARKUP,
  ...BUILTINS_NODE,
  ...BUILTINS_NOTEBOOK,
  ...BUILTINS_STREAMS,
  ...BUILTINS_NUMBERS,
  ...BUILTINS_OBJECTS,
  ...BUILTINS_EMITTERS,
  ...BUILTINS_EXPRESSIONS,
  ...BUILTINS_OPTIONS,
  ...BUILTINS_OPTIONS_JAVASCRIPT,
  ...BUILTINS_PACKAGES,
  ...BUILTINS_SERVICES,
  ...BUILTINS_THREADS,
  ...BUILTINS_FORMS,
  ...BUILTINS_ANSWERS,
  ...BUILTINS_TOOL_SERVERS,
  ...BUILTINS_PAGE,
  ...BUILTINS_PRINTING,
  ...BUILTINS_TOOLS,
  ...BUILTINS_WEB,
  ...BUILTINS_TABLES,
  ...BUILTINS_TEXTS,
  ...BUILTINS_TASKS,
  ...BUILTINS_STATEMENTS,
  ...BUILTINS_SAFEGUARDS,
  ...BUILTINS_PAYMENTS,
  ...BUILTINS_TOKENS,
  ...BUILTINS_MAPPERS,
  ...BUILTINS_LOGGING,
  ...BUILTINS_REDACTION,
  ...BUILTINS_REMOTE_LOGS,
  ...BUILTINS_LOOKED_THROUGH,
  ...BUILTINS_CLASSES,
  ...BUILTINS_FIELDS,
  ...BUILTINS_ROWS,
  ...BUILTINS_WRITTEN,
};
