import { expect, test } from '@jest/globals';
import { FACTS } from '../../contract/facts.js';
import { told, unknown } from '../../contract/finding.js';
import { namesOf } from '../../contract/names.js';
import { readOptions } from '../../contract/options.js';
import { jsonOf, markdownOf, reportOf } from '../../contract/report.js';
import { scrubber } from '../../contract/scrub.js';
import { randomFrom } from '../../emulator/chance.js';
import { secretKeeper } from '../../src/secrets/secrets.js';

const SECRET = 'wJalrXUtnFEMIbPxRfiCY/K7MDENG+x';
const ENVIRONMENT = {
  GITHUB_REPOSITORY: 'acme-corp/storefront',
  GITHUB_ACTOR: 'janedoe',
  ALIBABA_CLOUD_PROFILE: 'payrolling',
  ALIBABA_CLOUD_ROLE_SESSION_NAME: 'night-shift',
};
const ARGUMENTS = [
  ['--routine', 'checkout-flow'],
  ['--role-to-assume', 'acs:ram::1234567890123456:role/Deployer'],
  ['--oidc-provider-arn', 'acs:ram::1234567890123456:oidc-provider/GhProvider'],
  ['--logs', 'wide-project/narrowstore'],
  ['--url', 'https://myshop.io/health'],
].flat();

/** In any case, by themselves or beside anything but a letter or a digit. */
const NAMES = [
  'acme-corp',
  'storefront',
  'janedoe',
  'payrolling',
  'night-shift',
  'checkout-flow',
  'deployer',
  'ghprovider',
  'wide-project',
  'narrowstore',
  'myshop.io',
  'keyofmine17',
];
const IDS = [
  '1234567890123456',
  '1766590022381161014',
  'EDBD3EB3-97DA-5465-AEF5-8DCA5DC5E395',
  '10.20.30.40',
  '2001:db8:0:1::17',
  'acs:ram::99:user/olaf',
  'https://olaf.example.com/x?y=z',
  'olaf@example.com',
  'shop.ebc32e28.er.aliyun-esa.net',
  'LTAI5tABCDEFGHIJKLMNOPQR',
  'eyJhbGciOiJIUzI1NiJ9eyJzdWIiOiIx',
];
const AROUND = [' ', ':', '"', "'", ', ', '(', ')', '\n', ' - ', '|', '<', '>', '`', '; ', '[', ']', '::', '\t', '!'];
const CASES = [
  (text: string) => text,
  (text: string) => text.toUpperCase(),
  (text: string) => text.toLowerCase(),
  (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`,
];
const HIDDEN = [
  ...NAMES,
  SECRET,
  encodeURIComponent(SECRET),
  'olaf',
  'edbd3eb3',
  '10.20.30',
  '2001:db8',
  'ltai5t',
  'eyjh',
];

/** All that a service might echo, in an order and a form of chance. */
function echoed(random: () => number): string {
  const one = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T;
  const parts = Array.from({ length: 12 }, () => {
    const draw = random();
    if (draw < 0.15) return one([SECRET, encodeURIComponent(SECRET)]);
    return draw < 0.6 ? one(CASES)(one(NAMES)) : one(IDS);
  });
  return parts.map((part) => `${one(AROUND)}${part}${one(AROUND)}`).join('');
}

const read = readOptions(ARGUMENTS);
if (!read.ok || read.value === 'help') throw new Error('no options');
const names = namesOf(read.value, ENVIRONMENT).set('KeyOfMine17', 'KEY').set('1766590022381161014', 'A');
const secrets = secretKeeper(() => {});
secrets.keep(SECRET);
const scrub = scrubber(names, secrets.redact);

test.each(Array.from({ length: 40 }, (_, seed) => seed))('whatever is echoed, a report names nobody (%i)', (seed) => {
  const random = randomFrom(seed + 1);
  const findings = FACTS.map(({ id }, index) => {
    const text = echoed(random);
    if (index % 3 === 0) return unknown(id, text);
    const code = `Refused.${CASES[seed % 4]?.('deployer')}`;
    return told(id, text, {
      unknownVersion: { code, status: 400, message: echoed(random) },
      throttlingCode: 'Throttling.acme',
    });
  });
  const report = reportOf(findings, { now: 0, env: 'staging', region: 'cn-hangzhou' }, scrub);
  // In Markdown some characters are written otherwise.
  const texts = [jsonOf(report), markdownOf(report).replaceAll('\\', '')].map((text) => text.toLowerCase());
  for (const text of texts) {
    expect(HIDDEN.filter((hidden) => text.includes(hidden.toLowerCase()))).toEqual([]);
    expect(text).not.toMatch(/\d{7}/);
  }
  expect(report.quirks.unknownVersion).toMatchObject({ code: 'Unnamed', status: 400 });
});

test('what names nobody stays as it was', () => {
  const quirks = { unknownVersion: { code: 'InvalidParameter', status: 400, message: 'No such version.' } };
  const report = reportOf([told('unknown-version', 'refused', quirks)], { now: 0, env: 'staging', region: 'x' }, scrub);
  expect(report.quirks).toEqual(quirks);
});

test('one word for one result, in Markdown and in JSON', () => {
  const found = [
    told('percent-zero', 'refused', { percentZero: { code: 'InvalidParameter', status: 400, message: '' } }),
    told('redeploy', 'stays', { redeploy: 'same-deployment' }),
  ];
  const report = reportOf(found, { now: 0, env: 'staging', region: 'cn-hangzhou' }, scrub);
  const kinds = new Set(report.facts.map(({ kind }) => kind));
  expect([...kinds].toSorted()).toEqual(['as assumed', 'could not be told', 'otherwise']);
  for (const kind of kinds) expect(markdownOf(report)).toMatch(new RegExp(`\\| (?:\\*\\*)?${kind}(?:\\*\\*)? \\|`));
});
