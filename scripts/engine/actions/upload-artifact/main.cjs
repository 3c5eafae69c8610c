'use strict';
const { cpSync, existsSync, mkdirSync, statSync } = require('node:fs');
const { basename, join } = require('node:path');

const { ENGINE_ARTIFACTS: artifacts, INPUT_NAME: name, INPUT_PATH: given } = process.env;
const paths = given
  .split('\n')
  .map((path) => path.trim())
  .filter((path) => path !== '' && existsSync(path));
const folder = join(artifacts, name || 'artifact');
mkdirSync(folder, { recursive: true });
// Of one folder its content, as the real one does; of several paths this keeps no tree.
for (const path of paths)
  cpSync(path, statSync(path).isDirectory() ? folder : join(folder, basename(path)), { recursive: true });
if (paths.length === 0) {
  console.log(`No files were found with the provided path: ${given}`);
  if (process.env['INPUT_IF-NO-FILES-FOUND'] === 'error') process.exitCode = 1;
}
