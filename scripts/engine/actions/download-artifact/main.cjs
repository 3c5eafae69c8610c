'use strict';
const { cpSync, existsSync, mkdirSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const { ENGINE_ARTIFACTS: artifacts, INPUT_NAME: name, INPUT_PATH: to, INPUT_PATTERN: pattern } = process.env;
const all = existsSync(artifacts) ? readdirSync(artifacts) : [];
const names = name ? [name] : all.filter((one) => pattern === '' || matches(one));
const isFlat = name !== '' || process.env['INPUT_MERGE-MULTIPLE'] === 'true';

/** A name has no folders, so a star is all that a pattern has. */
function matches(one) {
  return new RegExp(`^${pattern.replaceAll(/[.+^$()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(one);
}

mkdirSync(to, { recursive: true });
for (const one of names) cpSync(join(artifacts, one), isFlat ? to : join(to, one), { recursive: true });
