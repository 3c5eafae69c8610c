'use strict';
// Stands in for esbuild where there is nothing to bundle: writes the one source with its constants before it.
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');

const given = process.argv.slice(2);
const values = (option) => given.flatMap((word) => (word.startsWith(option) ? [word.slice(option.length)] : []));
const [source] = given.filter((word) => !word.startsWith('--'));
const [out] = values('--outfile=');
mkdirSync(dirname(out), { recursive: true });
const constants = values('--define:').map((one) => `const ${one.replace('=', ' = ')};\n`);
writeFileSync(out, constants.join('') + readFileSync(source, 'utf8'));
