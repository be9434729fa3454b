import { expect, test } from 'vitest';
import { NotModelled } from '../../../../embedded/service.ts';
import { definitionString, MACHINES } from '../../../../workflows/index.ts';
import { ACCOUNT, bench, functionArn } from './bench.ts';

const end = { Type: 'Succeed' };
const task = (more: object = {}) => ({ Type: 'Task', Resource: functionArn('f'), End: true, ...more });
const only = (state: object) => ({ StartAt: 'A', States: { A: state } });
const rule = { Variable: '$.a', IsNull: true, Next: 'A' };

test.each([
  ['no StartAt', { States: { A: end } }],
  ['a StartAt that is no state', { StartAt: 'B', States: { A: end } }],
  ['a Next that is no state', only(task({ End: undefined, Next: 'B' }))],
  ['neither Next nor End', only(task({ End: undefined }))],
  ['both Next and End', { StartAt: 'A', States: { A: task({ Next: 'B' }), B: end } }],
  ['a state that nothing reaches', { StartAt: 'A', States: { A: end, B: end } }],
  ['an unknown field', only(task({ Arguments: {} }))],
  ['an unknown field of the machine', { ...only(end), Output: '' }],
  ['an unknown type', only({ Type: 'Sleep', End: true })],
  ['a path that is none', only(task({ InputPath: '$.a b' }))],
  ['a template path that is none', only(task({ Parameters: { 'a.$': 'a' } }))],
  ['a rule with two comparisons', only({ Type: 'Choice', Choices: [{ ...rule, IsString: true }] })],
  ['a catcher to nowhere', only(task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }))],
  ['States.ALL among others', only(task({ Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] }))],
  [
    'States.ALL before others',
    only(task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] })),
  ],
  ['two waits in one', only({ Type: 'Wait', Seconds: 1, SecondsPath: '$.s', End: true })],
  ['a retry on a Choice', only({ Type: 'Choice', Choices: [rule], Retry: [] })],
  [
    'a function of another region',
    only(task({ Resource: functionArn('f').replace('eu-west-1', 'us-east-1') })),
  ],
  [
    'the same name inside a Map',
    only({ Type: 'Map', ItemProcessor: { StartAt: 'A', States: { A: end } }, End: true }),
  ],
])('a definition with %s is refused when it is created', (_, definition) => {
  const refused = expect.objectContaining({ name: 'InvalidDefinition' });
  expect(() => bench().addMachine(definition)).toThrow(refused);
});

test.each([
  ['an intrinsic function', only(task({ Parameters: { 'a.$': "States.Format('{}', $.b)" } }))],
  ['an SDK integration', only(task({ Resource: 'arn:aws:states:::aws-sdk:s3:listBuckets' }))],
])('%s is not modelled and says so when it is created', (_, definition) => {
  expect(() => bench().addMachine(definition)).toThrow(NotModelled);
});

test('every machine of Holdfast is accepted as it is deployed', () => {
  for (const definition of Object.values(MACHINES)) {
    const text = definitionString(definition).replace(/\$\{(\w+)\}/g, (_, task: string) => functionArn(task));
    const identity = { name: 'm', account: ACCOUNT, region: 'eu-west-1', role: 'role' };
    expect(() => bench().states.createStateMachine({ ...identity, definition: text })).not.toThrow();
  }
});
