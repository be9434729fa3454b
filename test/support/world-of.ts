import type { DorisOptions } from '../../cli/doris-clusters.ts';
import type { MilvusOptions } from '../../cli/milvus-clusters.ts';
import { Stage } from '../../cli/stage.ts';
import type { TidbOptions } from '../../cli/tidb-clusters.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { Installation } from '../../core/plan/installation.ts';
import { type Instant, instant } from '../../core/time/instant.ts';
import type { Assembly } from '../../embedded/cloudformation/assembly.ts';
import type { LoadHandler } from '../../embedded/cloudformation/provider.ts';
import type { Disturbance } from '../../embedded/sdk/transport.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { load } from '../../lib/config/load.ts';
import { assemblyOf } from './synthesis.ts';

/** A Wednesday; in Berlin the clocks go forward on the twelfth day. */
export const START: Instant = instant(Date.UTC(2026, 2, 18));

/** What one process needs of a blueprint that another one holds. */
type Lent = Pick<Blueprint, 'installation' | 'assembly'>;

/** An installation and what `cdk synth` made of it: synthesized once per process, deployed as often as it likes. */
export class Blueprint {
  readonly installation: Installation;
  readonly assembly: Assembly;
  readonly #variants = new Map<HoldfastInput, Promise<Blueprint>>();
  #stage: Stage | undefined;

  constructor(installation: Installation, assembly: Assembly) {
    this.installation = installation;
    this.assembly = assembly;
  }

  static async of(input: HoldfastInput): Promise<Blueprint> {
    const loaded = load(input, START);
    if ('refused' in loaded) throw loaded.refused;
    const { installation } = loaded;
    const blueprint = new Blueprint(installation, await assemblyOf(installation));
    blueprint.#variants.set(input, Promise.resolve(blueprint));
    return blueprint;
  }

  /** One that another process synthesized from this input, and keeps for as long as it is used. */
  static lent(input: HoldfastInput, { installation, assembly }: Lent): Blueprint {
    const blueprint = new Blueprint(installation, assembly);
    blueprint.#variants.set(input, Promise.resolve(blueprint));
    return blueprint;
  }

  /** What somebody edits it into, and back, to be deployed over it: synthesized when it is first asked for. */
  variant(input: HoldfastInput): Promise<Blueprint> {
    const known = this.#variants.get(input);
    if (known) return known;
    const synthesized = Blueprint.of(input);
    this.#variants.set(input, synthesized);
    return synthesized;
  }

  /** Deploys it into a cloud of its own. One at a time: the SDK's transport is the process's. */
  stage(seed: number, ...disturbances: Disturbance[]): Stage {
    return this.deploy({ seed, disturbances });
  }

  /** The same, with handlers that are loaded in another way than from their sources. */
  deploy(options: {
    readonly seed: number;
    readonly disturbances?: readonly Disturbance[];
    readonly load?: LoadHandler;
    readonly tidbClusters?: TidbOptions;
    readonly dorisClusters?: DorisOptions;
    readonly milvusClusters?: MilvusOptions;
  }): Stage {
    this.#stage?.close();
    this.#stage = new Stage({
      installation: this.installation,
      assembly: this.assembly,
      start: START,
      ...options,
    });
    return this.#stage;
  }

  close(): void {
    this.#stage?.close();
    for (const variant of this.#variants.values())
      void variant.then((each) => (each === this ? undefined : each.close()));
  }
}

/** What was announced on Holdfast's bus in any region, in its order. */
export function announcements(stage: Stage): HoldfastEvent[] {
  const heard: HoldfastEvent[] = [];
  stage.cloud.events.watch((event, bus) => {
    if (bus.endsWith('/holdfast')) heard.push(event.detail as HoldfastEvent);
  });
  return heard;
}

/** How an execution ended, as its console page shows it: `SUCCEEDED`, or the error's name and message. */
export function ending(execution: Execution): { readonly name: string; readonly message: string } {
  if (execution.error === undefined) return { name: execution.status, message: execution.output ?? '' };
  try {
    const { errorMessage } = JSON.parse(execution.cause ?? '') as { errorMessage?: string };
    return { name: execution.error, message: errorMessage ?? execution.cause ?? '' };
  } catch {
    return { name: execution.error, message: execution.cause ?? '' };
  }
}
