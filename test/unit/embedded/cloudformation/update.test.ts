import { afterEach, describe, expect, it } from 'vitest';
import { hours, instant, minutes, seconds } from '../../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import type { TemplateResource } from '../../../../embedded/cloudformation/assembly.ts';
import { type Deployment, deploy } from '../../../../embedded/cloudformation/provider.ts';
import type { Startable } from '../../../../embedded/functions/sandbox.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { ACCOUNT, BASE, FUNCTION, MACHINE, machine, policy, REGION, ROLE, schedule } from './a-stack.ts';

let cloud: EmbeddedCloud;
let deployment: Deployment;
afterEach(() => cloud.close());

const assembly = (resources: Record<string, TemplateResource>) => ({
  stacks: [{ name: 'Test', account: ACCOUNT, region: REGION, template: { Resources: resources } }],
  files: [],
});

/** Answers with its variable, after as many seconds as it is asked to take. */
const ANSWERING: Startable = {
  start:
    ({ ANSWER }) =>
    async (event) => {
      await cloud.world.sleep(seconds((event as { readonly take: number }).take));
      return ANSWER;
    },
};

function deployed(resources = BASE): void {
  cloud = new EmbeddedCloud({
    start: instant(Date.parse('2026-03-18T00:00:00Z')),
    seed: 1,
    account: ACCOUNT,
  });
  deployment = deploy(cloud, assembly(resources), async () => ANSWERING);
}

/** Deploys what is changed, and lets the world go on until that is done. */
async function update(changes: Record<string, TemplateResource | undefined>): Promise<void> {
  const resources = Object.fromEntries(
    Object.entries({ ...BASE, ...changes }).filter(([, resource]) => resource !== undefined),
  ) as Record<string, TemplateResource>;
  let ended = false;
  const work = deployment.update(assembly(resources)).finally(() => {
    ended = true;
  });
  work.catch(() => {});
  await cloud.world.runWhile(() => !ended);
  await work;
}

const withVariable = (answer: string): TemplateResource => ({
  ...BASE['Function']!,
  Properties: { ...BASE['Function']!.Properties, Environment: { Variables: { ANSWER: answer } } },
});
const ask = (take: number): Promise<unknown> => cloud.functions.invoke(FUNCTION, JSON.stringify({ take }));
const changesIn = (): string[] =>
  cloud.world.lines
    .filter((line) => line.includes(' cloudformation: '))
    .map((line) => line.split(' cloudformation: Test: ')[1]!);
const run = (duration: ReturnType<typeof hours>) =>
  cloud.world.runUntil(instant(cloud.world.now() + duration));

describe('a deployed stack that is updated', () => {
  it('does not touch what the template leaves as it was, and takes no time for it', async () => {
    deployed();
    const before = cloud.world.now();
    await update({});
    expect(cloud.world.now()).toBe(before);
    expect(changesIn()).toEqual([]);
  });

  it('ends what runs in the old version of a function as it is, and starts environments of the new one', async () => {
    deployed();
    const warming = ask(0);
    await run(minutes(1));
    await warming;
    const late = ask(300);
    await update({ Function: withVariable('new') });
    const early = ask(0);
    await run(minutes(10));
    expect(await late).toEqual({ ok: true, payload: '"old"' });
    expect(await early).toEqual({ ok: true, payload: '"new"' });
    // Whoever was in the middle of it comes back to an environment that takes nothing more.
    const last = ask(0);
    await run(minutes(1));
    expect(await last).toEqual({ ok: true, payload: '"new"' });
    expect(cloud.functions.counts.get(FUNCTION)).toMatchObject({ invocations: 4, coldStarts: 2 });
  });

  it('gives a machine its new definition, and executions that run keep the old one', async () => {
    deployed();
    const before = cloud.states.start(MACHINE, {});
    await run(seconds(5));
    await update({ Machine: machine(10, 'new') });
    const after = cloud.states.start(MACHINE, {});
    await run(hours(1));
    expect([before.output, after.output]).toEqual(['"old"', '"new"']);
  });

  it('moves a schedule, adds one and removes one, and none of them runs by its old time', async () => {
    deployed({ ...BASE, Second: schedule('second', 20) });
    await update({ Hourly: schedule('hourly', 40), Third: schedule('third', 50) });
    await run(hours(1));
    const started = cloud.states.list(MACHINE).map(({ startedAt }) => new Date(startedAt).getUTCMinutes());
    expect(started).toEqual([40, 50]);
    expect(changesIn()).toContain('Second is not in the template any more');
  });

  it("replaces a role's policy: what it does not grant any more is refused, before the function is new", async () => {
    deployed();
    const allowed = (action: string) =>
      [...cloud.iam.grants()].some((grant) => grant.role === ROLE && grant.action === action);
    expect([allowed('s3:GetObject'), allowed('s3:PutObject')]).toEqual([true, true]);
    await update({ Rights: policy('s3:GetObject'), Function: withVariable('new') });
    expect([allowed('s3:GetObject'), allowed('s3:PutObject')]).toEqual([true, false]);
    expect(changesIn()).toEqual(['Rights is changed', 'Function is changed']);
  });

  it('overwrites an alarm, which keeps its state and hears each value once', async () => {
    deployed();
    const put = (value: number) =>
      cloud.monitoring.put({ region: REGION, namespace: 'Test', name: 'Things', dimensions: {} }, value);
    put(9);
    await run(minutes(2));
    expect(cloud.monitoring.alarms.map(({ state }) => state)).toEqual(['ALARM']);
    const { Alarm } = BASE;
    await update({ Alarm: { ...Alarm!, Properties: { ...Alarm!.Properties, Threshold: 10 } } });
    expect(cloud.monitoring.alarms.map(({ state }) => state)).toEqual(['ALARM']);
    put(9);
    await run(minutes(2));
    expect(cloud.monitoring.alarms.map(({ state }) => state)).toEqual(['OK']);
    expect(cloud.world.lines.filter((line) => line.includes('alarm too-many'))).toHaveLength(2);
  });

  it('leaves a vault in the account when the template has it no more', async () => {
    deployed();
    await update({ Vault: undefined });
    expect(cloud.s3.bucket('vault')).toBeDefined();
  });

  it('waits for a dark region to come back', async () => {
    deployed();
    cloud.loseRegion(REGION);
    cloud.world.after(hours(2), () => cloud.bringBack(REGION));
    const before = cloud.world.now();
    await update({ Function: withVariable('new') });
    expect(cloud.world.now() - before).toBeGreaterThan(hours(2));
  });

  it('is refused where CloudFormation would put another resource in the place of one', async () => {
    deployed();
    const { Role } = BASE;
    const renamed = { ...Role!, Properties: { ...Role!.Properties, RoleName: 'other' } };
    await expect(update({ Role: renamed })).rejects.toThrow(NotModelled);
    const larger = { ...BASE['Vault']!, Properties: { BucketName: 'vault', ObjectLockEnabled: true } };
    await expect(update({ Vault: larger })).rejects.toThrow(
      'the replacement of Vault, whose ObjectLockEnabled changes',
    );
    await expect(update({ Alarm: undefined })).rejects.toThrow('the removal of Alarm');
  });

  it('takes one update at a time', async () => {
    deployed();
    const first = deployment.update(assembly({ ...BASE, Function: withVariable('new') }));
    await expect(deployment.update(assembly(BASE))).rejects.toThrow('a deployment is under way');
    await run(minutes(2));
    await first;
  });
});
