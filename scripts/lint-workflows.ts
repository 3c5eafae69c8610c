import { resolve } from 'node:path';
import { pythonTools } from './python-tools.js';
import { actionlint, shellcheck, textsOf, workflowsOf, zizmor } from './workflow-lint.js';

/**
 * Lints workflows and examples by actionlint, shellcheck and zizmor. The latter two come from PyPI: where nobody has Python
 * they are skipped, but not in CI.
 */
const root = resolve(import.meta.dirname, '../..');
const texts = textsOf(root, workflowsOf(root));
const found: string[] = [];

for (const [path, text] of texts) {
  for (const one of await actionlint(root, path, text)) found.push(`${path}:${one} [actionlint]`);
}
const tools = pythonTools(root, '.ci/workflow-lint.txt');
if (tools.kind === 'installed') {
  for (const [path, text] of texts) found.push(...shellcheck(tools.bin, text).map((one) => `${path}: ${one}`));
  const others = textsOf(root, ['action.yml', '.github/dependabot.yml']);
  found.push(...zizmor(root, tools.bin, new Map([...texts, ...others])));
} else if (process.env['CI'] === undefined) {
  console.log(`shellcheck and zizmor were skipped: ${tools.why}`);
} else {
  found.push(`shellcheck and zizmor have to run in CI: ${tools.why}`);
}

for (const one of found) console.error(one);
if (found.length > 0) process.exitCode = 1;
else console.log(`${texts.size} workflows and examples: nothing found`);
