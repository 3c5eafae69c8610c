'use strict';
const { cpSync, existsSync, mkdirSync, readdirSync } = require('node:fs');
const { join, matchesGlob } = require('node:path');

const { ENGINE_ARTIFACTS: artifacts, INPUT_NAME: name, INPUT_PATH: to, INPUT_PATTERN: pattern } = process.env;
const all = existsSync(artifacts) ? readdirSync(artifacts) : [];
const names = name ? [name] : all.filter((one) => pattern === '' || matches(one));
const isFlat = name !== '' || process.env['INPUT_MERGE-MULTIPLE'] === 'true';

/** Node 20 has no matchesGlob. */
function matches(one) {
  if (matchesGlob !== undefined) return matchesGlob(one, pattern);
  return new RegExp(`^${pattern.replaceAll(/[.+^$()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(one);
}

mkdirSync(to, { recursive: true });
for (const one of names) cpSync(join(artifacts, one), isFlat ? to : join(to, one), { recursive: true });
