import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { DEPLOYED_TASKS } from '../../lib/config/tasks.ts';
import { kebab } from '../../lib/names.ts';
import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { GROUPED } from '../simulation/group-installation.ts';
import { PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const template = synthesized(GROUPED);
const home = template(`Holdfast-${PRIMARY}`);
const away = template(`Holdfast-${RECOVERY}`);

// biome-ignore lint/suspicious/noExplicitAny: a template's properties are whatever its resource types say
type Properties = Record<string, any>;

const propertiesOf = (of: Template, type: string): readonly Properties[] =>
  Object.values(of.findResources(type)).map((resource) => resource['Properties']);
const machinesOf = (of: Template): readonly string[] =>
  propertiesOf(of, 'AWS::StepFunctions::StateMachine').map(({ StateMachineName }) => StateMachineName);

/**
 * Whatever runs when the other region is gone. What switches is not among them: a way back is switched from here too, and
 * that it calls nobody there while it is gone is seen in the simulation.
 */
const TASKS = (Object.keys(DEPLOYED_TASKS) as TaskName[]).filter(
  (task) =>
    ['failover', 'restore', 'answer'].includes(DEPLOYED_TASKS[task].machine) || task === 'KeepStandbys',
);

/** What a role is let do, each statement as text. */
function statementsOf(of: Template, roleName: string): readonly string[] {
  const roles = of.findResources('AWS::IAM::Role');
  const [id] = Object.entries(roles).find(([, role]) => role['Properties'].RoleName === roleName) ?? [];
  expect(id, `${roleName} is deployed`).toBeDefined();
  return propertiesOf(of, 'AWS::IAM::Policy')
    .filter(({ Roles }) => Roles.some(({ Ref }: Properties) => Ref === id))
    .flatMap(({ PolicyDocument }) =>
      (PolicyDocument.Statement as Properties[])
        .filter(({ Effect }) => Effect === 'Allow')
        .map((one) => JSON.stringify(one)),
    );
}

describe('the region that takes over', () => {
  test('has the machine, and no other region has', () => {
    expect(machinesOf(away)).toContain('holdfast-failover');
    expect(machinesOf(home)).not.toContain('holdfast-failover');
  });

  test.each(TASKS)('lets %s do nothing in the region that is lost, and tells it of nothing there', (task) => {
    const { Environment } = propertiesOf(away, 'AWS::Lambda::Function').find(
      ({ FunctionName }) => FunctionName === `holdfast-${kebab(task)}`,
    )!;
    for (const [name, value] of Object.entries<unknown>(Environment.Variables)) {
      // That the region exists is known: which points are its own, and what is not to be asked there.
      if (name === 'HOME_REGION') continue;
      expect(JSON.stringify(value), name).not.toContain(PRIMARY);
    }
    const there = statementsOf(away, `holdfast-${RECOVERY}-${kebab(task)}`).filter((one) =>
      one.includes(PRIMARY),
    );
    expect(there).toEqual([]);
  });

  test.each(['failover', 'restore', 'answer'])('lets the machine %s do nothing there', (machine) => {
    const statements = statementsOf(away, `holdfast-${RECOVERY}-run-${machine}`);
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.filter((one) => one.includes(PRIMARY))).toEqual([]);
  });

  test('rings when one did not bring everything back, with a page for the person who is woken', () => {
    const alarm = propertiesOf(away, 'AWS::CloudWatch::Alarm').find(
      ({ AlarmName }) => AlarmName === 'holdfast-machine-failover',
    );
    expect(alarm?.['AlarmDescription']).toMatch(
      /^A failover was not allowed, .* docs\/runbooks\/failover\.md$/,
    );
    expect(JSON.stringify(alarm?.['Metrics'])).toContain('ExecutionsFailed');
  });
});
