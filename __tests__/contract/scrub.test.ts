import { expect, test } from '@jest/globals';
import { scrubber } from '../../contract/scrub.js';

const known = new Map([
  ['shop', 'ROUTINE'],
  ['1766590022381161014', 'A'],
  ['deployer', 'ROLE'],
  ['', 'NOTHING'],
]);
const scrub = scrubber(known, (text) => text.replaceAll('hush-hush', '***'));

test.each([
  ['The routine shop has no 1766590022381161014.', 'The routine <ROUTINE> has no <A>.'],
  ['workshop, shop-2 and shop', 'workshop, <ROUTINE>-2 and <ROUTINE>'],
  ['Shop, SHOP and sHop', '<ROUTINE>, <ROUTINE> and <ROUTINE>'],
  ['header x-shop-version holds the code version', 'header x-<ROUTINE>-version holds the code version'],
  ['The role Deployer may not', 'The role <ROLE> may not'],
  ['ACS:RAM::1234567890123456:ROLE/DEPLOYER', '<arn>'],
  ['ltai5tabcdefghijklmnopqr', '<key>'],
  ['uid 1234567890123456', 'uid <number>'],
  ['acs:ram::1234567890123456:user/jane', '<arn>'],
  ['from 10.20.30.40 or 2001:db8:0:1::17', 'from <ip> or <ip>'],
  ['EDBD3EB3-97DA-5465-AEF5-8DCA5DC5E395', '<id>'],
  ['see https://esa.console.example.com/x?y=z', 'see <address>'],
  ['shop.ebc32e28.er.aliyun-esa.net', '<host>'],
  ['jane.doe@example.com', '<mail>'],
  ['LTAI5tABCDEFGHIJKLMNOPQR', '<key>'],
  ['token eyJhbGciOiJIUzI1NiJ9eyJzdWIiOiIx', 'token <text>'],
  ['the word is hush-hush', 'the word is ***'],
  ['two\nlines \u202e and\u0000more', 'two lines   and more'],
  [
    'refused as CodeVersionNumberExceedQuotaLimit (HTTP 400)',
    'refused as CodeVersionNumberExceedQuotaLimit (HTTP 400)',
  ],
  ['over one connection by chance (96 of 200)', 'over one connection by chance (96 of 200)'],
])('%j', (text, expected) => {
  expect(scrub(text)).toBe(expected);
});

test('what is long is cut', () => {
  expect([...scrub('no '.repeat(500))]).toHaveLength(301);
});
