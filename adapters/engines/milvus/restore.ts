import type { Cursor, RestoreSpec, Step } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { placeOf } from '../objects/ports.ts';
import {
  type Errand,
  follow,
  NOT_STARTED,
  nextAttempt,
  type Standing,
  standingIn,
} from '../shared/errand.ts';
import { restoreArgv } from './argv.ts';
import { backupAt } from './capture.ts';
import { clearBehind } from './clear-behind.ts';
import { fullName, type Held, heldIn } from './held.ts';
import {
  dropMade,
  type Landing,
  landingsOf,
  load,
  putAliases,
  putProperties,
  reachOf,
  rename,
  restOf,
  suffixOf,
  takenNames,
} from './landing.ts';
import { backupNameOf, familyOf, type MilvusPorts, milvusCluster } from './ports.ts';
import type { MilvusRest } from './rest.ts';
import { runIn, workOf } from './tool.ts';

const STEPS = ['look', 'restore', 'clean', 'decide', 'clear', 'rename', 'load', 'aliases', 'done'] as const;

const LOADING_SECONDS = 30;

/** Where a restore stands. */
export interface Restored extends Standing {
  readonly step: (typeof STEPS)[number];
  /** Databases that were there before, with commas. */
  readonly before: string;
  /** Whether the collections keep the suffix, because a name that one had is in use. */
  readonly kept: boolean;
  /** Aliases that stand for something else in the target and were left, with commas. */
  readonly aliasesElsewhere: string;
}

const START: Restored = { step: 'look', ...NOT_STARTED, before: '', kept: false, aliasesElsewhere: '' };

export const beginRestore = (ports: MilvusPorts, spec: RestoreSpec): Promise<Step> =>
  runOn(ports, spec, START);

export const pollRestore = (ports: MilvusPorts, spec: RestoreSpec, cursor: Cursor): Promise<Step> =>
  runOn(ports, spec, restoredIn(cursor));

export function restoredIn(cursor: Cursor): Restored {
  const step = STEPS.find((known) => known === cursor['step']);
  invariant(step, 'the cursor carries a step of a restore');
  const text = (name: string): string => (typeof cursor[name] === 'string' ? cursor[name] : '');
  return {
    ...standingIn(cursor),
    step,
    before: text('before'),
    kept: cursor['kept'] === true,
    aliasesElsewhere: text('aliasesElsewhere'),
  };
}

interface Scene {
  readonly ports: MilvusPorts;
  readonly spec: RestoreSpec;
  readonly held: Held;
  readonly rest: MilvusRest;
  readonly landings: readonly Landing[];
  readonly restored: Restored;
}

async function runOn(ports: MilvusPorts, spec: RestoreSpec, restored: Restored): Promise<Step> {
  const { cluster, point, region, restore } = spec;
  const held = await heldIn(placeOf(ports, region, cluster.name, point.id), point.content?.root);
  const landings = landingsOf(held, spec, suffixOf(restore, restored.attempt));
  const scene: Scene = { ports, spec, held, rest: restOf(ports, spec), landings, restored };
  switch (restored.step) {
    case 'look':
      return next(scene, 'restore', 'looking at the target', {
        before: (await scene.rest.databases()).join(','),
      });
    case 'restore':
      return runTool(scene);
    case 'clean':
      // Those of the attempt before: this one has made nothing yet.
      await dropMade(scene.rest, landingsOf(held, spec, suffixOf(restore, restored.attempt - 1)));
      return next(scene, 'restore', 'what the last attempt made is gone');
    case 'decide':
      if (spec.mode === 'difference')
        return next(scene, 'clear', 'the data is restored beside what is there');
      return next(scene, 'rename', 'the data is restored', { kept: await isAnyTaken(scene) });
    case 'clear':
      await clearBehind(scene.rest, milvusCluster(cluster), landings);
      return next(scene, 'rename', 'what fell behind is gone');
    case 'rename':
      if (!restored.kept) await rename(scene.rest, landings);
      await putProperties(scene.rest, held, landings, restored.before.split(','));
      return next(
        scene,
        'load',
        restored.kept ? 'names are in use, and the suffix stays' : 'named as they were',
      );
    case 'load': {
      const loading = await load(scene.rest, landings, restored.kept);
      return loading.length > 0
        ? step(scene, { step: 'load' }, `loading ${loading.slice(0, 3).join(', ')}`, LOADING_SECONDS)
        : next(scene, 'aliases', 'loaded as they were');
    }
    case 'aliases': {
      const elsewhere = restore.drill ? [] : await putAliases(scene.rest, landings, restored.kept);
      return ready({
        ...scene,
        restored: { ...restored, step: 'done', aliasesElsewhere: elsewhere.join(',') },
      });
    }
    case 'done':
      return ready(scene);
  }
}

/** A drill takes nobody's name. */
async function isAnyTaken({ rest, landings, spec }: Scene): Promise<boolean> {
  if (spec.restore.drill) return true;
  const taken = await takenNames(rest, landings);
  return landings.some(({ wanted }) => taken.has(fullName(wanted)));
}

const step = (scene: Scene, change: Partial<Restored>, doing: string, pollAfterSeconds: number) => ({
  outcome: 'running' as const,
  pollAfterSeconds,
  doing,
  cursor: cursorOf({ ...scene, restored: { ...scene.restored, ...change } }),
});

const next = (scene: Scene, to: Restored['step'], doing: string, change: Partial<Restored> = {}): Step =>
  step(scene, { ...change, step: to }, doing, 1);

/** What the restore's record says that it brought back stands beside it. */
const cursorOf = ({ restored, held: { index } }: Scene): Cursor => ({
  ...restored,
  items: index.items,
  bytes: index.bytes,
});

/** What a person should know of it stands in the cursor as a remark. */
const ready = (scene: Scene): Step => {
  const { kept, aliasesElsewhere, attempt } = scene.restored;
  const suffix = suffixOf(scene.spec.restore, attempt);
  const remark = [
    ...(kept ? [`names are in use in the target, so that its collections end in ${suffix}`] : []),
    ...(aliasesElsewhere !== ''
      ? [`aliases that stand for something else there were left: ${aliasesElsewhere}`]
      : []),
  ];
  return { outcome: 'ready', cursor: { ...cursorOf(scene), remark: remark.join('; ') } };
};

async function runTool(scene: Scene): Promise<Step> {
  const { ports, restored } = scene;
  const errand = errandOf(scene);
  const followed = await follow(ports.containers, errand, restored);
  if (followed.at === 'done')
    return next(
      { ...scene, restored: { ...restored, ...NOT_STARTED, attempt: restored.attempt } },
      'decide',
      'restored',
    );
  if (followed.at !== 'running')
    return step(
      scene,
      { ...nextAttempt(errand.work, restored, followed.why), step: 'clean' },
      `${errand.work.what}: begun anew, because ${followed.why}`,
      1,
    );
  // An attempt that is counted up here made collections, if any, under a suffix of its own.
  const counted = followed.standing.attempt > restored.attempt ? 'clean' : 'restore';
  const running = step(
    scene,
    { ...followed.standing, step: counted },
    followed.doing,
    followed.pollAfterSeconds,
  );
  return followed.waiting ? { ...running, outcome: 'waiting' } : running;
}

function errandOf({ ports, spec, landings, restored }: Scene): Errand {
  const { cluster, point, region, restore } = spec;
  const reach = reachOf(ports, spec);
  const suffix = suffixOf(restore, restored.attempt);
  const order = { name: backupNameOf(point.id), suffix, filter: filterOf(spec, landings) };
  return {
    ...runIn(reach),
    region,
    family: familyOf(cluster),
    whose: restore.id,
    step: 'restore',
    argv: restoreArgv(reach, region, backupAt(ports, region, cluster.name, point.id), order),
    work: workOf('restore', `milvus-backup restore of ${point.id} for ${restore.id}`),
    said: (lines) => lines.some((line) => /^duration:/.test(line.trim())),
  };
}

/** The tool matches its filter after it has named the collections anew. */
function filterOf({ scope }: RestoreSpec, landings: readonly Landing[]): readonly string[] {
  if (!scope) return [];
  const whole = new Set(scope.databases ?? []);
  return [
    ...[...whole].map((database) => `${database}.*`),
    ...landings.filter(({ made }) => !whole.has(made.database)).map(({ made }) => fullName(made)),
  ];
}
