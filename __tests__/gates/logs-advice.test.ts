import { describe, expect, test } from '@jest/globals';
import { adviseOnLogs } from '../../src/gates/logs-advice.js';

const PLACE = { project: 'my-logs', logstore: 'edge', host: 'cn-shanghai.log.aliyuncs.com' };
const advice = (code: string, message = '') => adviseOnLogs(PLACE, code, message);

/** What stands between the backquotes. */
const command = (code: string, message = '') =>
  /`((?:aliyunlog|aliyun) [^`]+)`/.exec(advice(code, message).advice)?.[1] ?? '';
const PLACED = '--project_name=my-logs --logstore_name=edge';

describe('the command that mends it', () => {
  test.each([
    ['ProjectNotExist', 'aliyunlog log list_project --region-endpoint=cn-shanghai.log.aliyuncs.com'],
    [
      'LogStoreNotExist',
      'aliyunlog log list_logstore --project_name=my-logs --region-endpoint=cn-shanghai.log.aliyuncs.com',
    ],
  ])('%s', (code, expected) => {
    expect(command(code)).toBe(expected);
    expect(advice(code)).toMatchObject({ transient: false });
  });

  test.each([
    ['IndexConfigNotExist', '', 'create_index'],
    ['ParameterInvalid', "Column 'codeversion' cannot be resolved", 'update_index'],
    ['ParameterInvalid', 'key (RoutineName) is not config as key value config', 'update_index'],
  ])('%s %s', (code, message, how) => {
    expect(command(code, message)).toContain(`aliyunlog log ${how} ${PLACED} --index_detail='`);
    const [, detail = ''] = /--index_detail='([^']+)'/.exec(command(code, message)) ?? [];
    const { keys } = JSON.parse(detail) as { keys: Record<string, { type: string; doc_value: boolean }> };
    expect(Object.keys(keys)).toEqual(['RoutineName', 'CodeVersion', 'ErrorCode', 'ResponseStatus']);
    // Without it a field can be searched for, and not counted by.
    expect(Object.values(keys).map((key) => key.doc_value)).toEqual([true, true, true, true]);
  });

  test('Unauthorized', () => {
    const [, policy = ''] = /--PolicyDocument '([^']+)'/.exec(command('Unauthorized')) ?? [];
    expect(JSON.parse(policy)).toEqual({
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: 'log:GetLogStoreLogs', Resource: 'acs:log:*:*:project/my-logs/logstore/edge' },
      ],
    });
  });
});

test.each(['ServerBusy', 'InternalServerError', 'ShardReadQuotaExceed', 'ReadQuotaExceed', 'RequestTimeout'])(
  '%s is worth asking again',
  (code) => {
    expect(advice(code)).toMatchObject({ transient: true });
  },
);

test.each(['ParameterInvalid', 'constructor', 'Whatever'])('%s is unknown', (code) => {
  expect(advice(code)).toMatchObject({ transient: false, advice: expect.stringContaining('does not know this code') });
});
