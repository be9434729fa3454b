import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import type { HoldfastInput } from '../../core/plan/input.ts';
import config from '../../holdfast.config.ts';
import { PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const grouped: HoldfastInput = {
  ...config,
  clusters: {
    ...config.clusters,
    documents: {
      ...config.clusters['documents']!,
      restoreInto: { [RECOVERY]: { bucket: 'acme-documents-away' } },
    },
  } as HoldfastInput['clusters'],
  groups: { shop: { layers: [['orders'], ['documents']] } },
};
const template = synthesized(grouped);
const home = template(`Holdfast-${PRIMARY}`);
const away = template(`Holdfast-${RECOVERY}`);

// biome-ignore lint/suspicious/noExplicitAny: a template's properties are whatever its resource types say
type Properties = Record<string, any>;

const propertiesOf = (of: Template, type: string): readonly Properties[] =>
  Object.values(of.findResources(type)).map((resource) => resource['Properties']);
const functionsOf = (of: Template): ReadonlyMap<string, Properties> =>
  new Map(propertiesOf(of, 'AWS::Lambda::Function').map((found) => [found['FunctionName'], found]));
const variablesOf = (of: Template, name: string): Properties =>
  functionsOf(of).get(`holdfast-${name}`)!['Environment'].Variables;
const schedulesOf = (of: Template): readonly string[] =>
  propertiesOf(of, 'AWS::Scheduler::Schedule').map(({ Name }) => Name as string);

/** What a role may do, with the regions put in each other's place. */
function rightsOf(of: Template, region: string, task: string, swap: boolean): string[] {
  const roles = of.findResources('AWS::IAM::Role');
  const [id] = Object.entries(roles).find(
    ([, { Properties }]) => Properties.RoleName === `holdfast-${region}-${task}`,
  )!;
  const statements = propertiesOf(of, 'AWS::IAM::Policy')
    .filter(({ Roles }) => Roles.some(({ Ref }: Properties) => Ref === id))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as Properties[]);
  const text = (statement: Properties): string => {
    const said = JSON.stringify(statement);
    const turned = said
      .replaceAll(PRIMARY, '<home>')
      .replaceAll(RECOVERY, PRIMARY)
      .replaceAll('<home>', RECOVERY)
      .replaceAll('acme-documents-away', 'acme-documents');
    // Lists of resources come in the order of the regions' names.
    return JSON.stringify(JSON.parse(swap ? turned : said), (_, value) =>
      Array.isArray(value) ? value.sort() : value,
    );
  };
  return statements
    .map(text)
    .filter((said) => !said.includes('/aws/lambda/'))
    .sort();
}

describe('where a group goes', () => {
  test('backups and copies run too, each by its function there', () => {
    const machines = propertiesOf(away, 'AWS::StepFunctions::StateMachine').map((p) => p['StateMachineName']);
    expect(machines).toEqual(expect.arrayContaining(['holdfast-backup', 'holdfast-copy']));
    const lacking = [...functionsOf(home).keys()].filter((name) => !functionsOf(away).has(name));
    expect(lacking).toEqual([]);
  });

  test('their functions see that region as home, all others see the real one', () => {
    for (const task of ['capture-recovery-point', 'capture-shard', 'begin-copy', 'verify-recovery-point'])
      expect(variablesOf(away, task)['HOME_REGION']).toBe(RECOVERY);
    expect(variablesOf(away, 'resolve-restore')['HOME_REGION']).toBe(PRIMARY);
    expect(variablesOf(away, 'start-backups')['CONFIG_KEY']).not.toEqual(
      variablesOf(away, 'resolve-restore')['CONFIG_KEY'],
    );
  });

  test('schedules carry names that home has none of', () => {
    const rules = schedulesOf(away).filter((name) => /^(gold|database)\./.test(name));
    expect(rules.sort()).toEqual([
      'database.dailydr',
      'database.sixhourlydr',
      'gold.dailydr',
      'gold.hourlydr',
    ]);
    expect(schedulesOf(home).filter((name) => rules.includes(name))).toEqual([]);
  });

  test('what captures, copies and proves there may do what it may at home, the other way round', () => {
    for (const task of [
      'capture-recovery-point',
      'capture-shard',
      'verify-recovery-point',
      'seal-recovery-point',
      'begin-copy',
      'copy-shard',
      'prove-copy',
    ])
      expect(rightsOf(away, RECOVERY, task, true), task).toEqual(rightsOf(home, PRIMARY, task, false));
  });

  test('both vaults let the other region copy items into them', () => {
    for (const [region, other] of [
      [PRIMARY, RECOVERY],
      [RECOVERY, PRIMARY],
    ] as const) {
      const [policy] = propertiesOf(template(`Holdfast-Store-${region}`), 'AWS::S3::BucketPolicy').filter(
        (p) => JSON.stringify(p).includes('OnlyWritersStoreItems'),
      );
      const statement = policy!['PolicyDocument'].Statement.find(
        ({ Sid }: Properties) => Sid === 'OnlyWritersStoreItems',
      );
      const writers = statement.Condition.ArnNotEquals['aws:PrincipalArn'] as string[];
      expect(writers.map((arn) => arn.split('/')[1])).toEqual(
        expect.arrayContaining([`holdfast-${region}-capture-shard`, `holdfast-${other}-copy-shard`]),
      );
    }
  });

  test('a stack keeps well below the 500 resources that CloudFormation takes', () => {
    expect(Object.keys(away.toJSON()['Resources']).length).toBeLessThan(400);
    expect(Object.keys(home.toJSON()['Resources']).length).toBeLessThan(400);
  });
});

test('where no group goes there is none of it', () => {
  const plain = synthesized()(`Holdfast-${RECOVERY}`);
  expect([...functionsOf(plain).keys()]).not.toContain('holdfast-capture-recovery-point');
});
