import type { DurationText } from './quantities.ts';

interface SwitchInputBase {
  /**
   * What it says, by region. Needed where a cluster has no one address: an ebs cluster, a record of an objects cluster, a
   * TiDB cluster whose `reach` has no `sql`.
   * @default the address of what took over: the bucket, the DB cluster's endpoint, the host of `reach` or of a standby
   */
  readonly values?: Readonly<Record<string, string>>;
}

/**
 * What applications read to know where a cluster is: it is switched when the cluster's group changes sides. Parameters and
 * secrets are regional: those of the region that takes over are written, so what runs there has to read them there.
 */
export type SwitchInput =
  | (SwitchInputBase & {
      /** A String parameter of SSM; made where there is none. */
      readonly parameter: string;
    })
  | (SwitchInputBase & {
      /**
       * Name of a secret that exists in both regions, each by itself: a replica cannot be written where it is, and what it
       * is a replica of may be what was lost.
       */
      readonly secret: string;
      /**
       * Field of its JSON.
       * @default the whole text of the secret
       */
      readonly field?: string;
    })
  | (SwitchInputBase & {
      /**
       * A CNAME of Route 53. Its control plane is in us-east-1: not for an installation whose primary region that is, and of
       * no help while that region is lost at the same time.
       */
      readonly record: string;
      readonly hostedZone: string;
      /** @default '60s' */
      readonly ttl?: DurationText;
    });
