/** Which rule files hold API models: apart from their reader, because whoever sorts files needs no analysis. */
import type { RuleFile } from "./rule-file.ts";

export const holdsModels = (file: RuleFile): boolean => /^["']?(?:apis|families|methods|answers|globals)["']?\s*:/m.test(file.text);
