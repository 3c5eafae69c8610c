import { describe, expect, test } from '@jest/globals';
import { adviseOnCode } from '../../src/esa/advice.js';

const setting = { operation: 'GetRoutine', routine: 'hello', env: 'production', region: 'cn-hangzhou' };
const advise = (code: string, status = 400) => adviseOnCode(code, status, setting);

/** The codes of the API's documents, written down here a second time and on purpose. */
const REPEATABLE = [
  'InternalException',
  'InternalOperationError',
  'InternalError',
  'Site.ServiceBusy',
  'TooManyRequests',
  'LockFailed',
  'Throttling',
  'Throttling.User',
  'Throttling.Api',
  'Rejected.Throttling',
  'ServiceUnavailable',
  'SignatureNonceUsed',
];
const FINAL = [
  'InvalidParameter',
  'ParameterNotExist',
  'RoutineNotExist',
  'RoutineAlreadyExist',
  'RoutineNameAlreadyExist',
  'RoutineNumberExceedQuotaLimit',
  'CodeVersionNumberExceedQuotaLimit',
  'DependedByOthers',
  'SiteParameterNotMatch',
  'RoutineUserServiceStatusHalt',
  'ServiceNotOpen',
  'ErService.HasOpened',
  'InvalidAccessKeyId.NotFound',
  'InvalidAccessKeyId.Inactive',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'InvalidTimeStamp.Format',
  'InvalidTimeStamp.Expired',
  'InvalidSecurityToken.Expired',
  'InvalidSecurityToken.Malformed',
  'InvalidSecurityToken.MismatchWithAccessKey',
  'MissingSecurityToken',
  'Forbidden.RAM',
  'NoPermission',
  'Forbidden',
  'InvalidApi.NotFound',
  'InvalidProduct.NotFound',
  'InvalidAction.NotFound',
  'InvalidProtocol.NeedSsl',
  'MissingName',
];

describe('the table', () => {
  const unknown = advise('NeverSeenBefore').advice;

  test.each([...REPEATABLE, ...FINAL])('%s has advice of its own', (code) => {
    expect(advise(code).advice).not.toBe(unknown);
    expect(advise(code).advice).toMatch(/[.)]$/);
  });
  test.each(REPEATABLE)('%s is worth another try, whatever the status', (code) => {
    for (const status of [200, 400, 403, 429, 500, 503]) expect(advise(code, status).transient).toBe(true);
  });
  test.each(FINAL)('%s is not, whatever the status', (code) => {
    for (const status of [200, 400, 403, 404, 500]) expect(advise(code, status).transient).toBe(false);
  });

  test('denied: the RAM action of the very operation', () => {
    for (const operation of ['GetRoutine', 'ListRoutineCodeVersions', 'CreateRoutineCodeDeployment']) {
      expect(adviseOnCode('Forbidden.RAM', 403, { ...setting, operation }).advice).toContain(`esa:${operation}`);
    }
  });
  test('unknown key: both regions; expired timestamp: the clock', () => {
    expect(advise('InvalidAccessKeyId.NotFound').advice).toMatch(/cn-hangzhou.*ap-southeast-1/);
    expect(advise('InvalidTimeStamp.Expired').advice).toContain('clock');
  });
  test('codes that name something of every object are just unknown', () => {
    for (const code of ['constructor', '__proto__', 'toString']) expect(advise(code).advice).toBe(unknown);
  });
  test('unknown codes: the status decides', () => {
    expect(advise('NeverSeenBefore', 500).transient).toBe(true);
    expect(advise('NeverSeenBefore', 429).transient).toBe(true);
    expect(advise('NeverSeenBefore', 409).transient).toBe(false);
  });
});
