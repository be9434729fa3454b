import * as z from 'zod';

/** `{"eu-west-1":"…","us-east-1":"…"}` as one variable. */
const byName = (what: string) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: `${what} is not JSON: received ${text.slice(0, 100)}` });
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string(), z.string().min(1)));

const text = z.string().min(1);

/**
 * The variables of all functions, in the groups that tasks pick from: `z.object({ ...inRegion, ...usesCatalog })`.
 * A function gets what its own schema names and nothing else, so a schema is also the list of what it may touch.
 */

/** Set by Lambda itself in every function. */
export const inRegion = { AWS_REGION: text };
/** Of the account that the function runs in, for what is named by its ARN alone. */
export const inAccount = { ACCOUNT: text };
/** The validated configuration, as a JSON file that was deployed with the stack. */
export const usesConfiguration = { CONFIG_BUCKET: text, CONFIG_KEY: text };
export const usesCatalog = { CATALOG_TABLE: text };
export const usesBus = { BUS_NAME: text };
/** Region → vault bucket. */
export const usesVaults = { VAULTS: byName('VAULTS') };
/** Where what is stored lies: the vaults, and the region of capture. */
export const usesPlaces = { ...usesVaults, HOME_REGION: text };
/** What the engine drivers need: the vaults, their keys (region → KMS alias ARN) and the region of capture. */
export const usesDrivers = { ...usesPlaces, VAULT_KEYS: byName('VAULT_KEYS') };
/** Machine → state machine ARN. */
export const usesMachines = { MACHINES: byName('MACHINES') };
/** Where restores of this region land when nothing else is said. */
export const usesLanding = { RESTORE_BUCKET: text };
/** `primary` decides what expires; `recovery` regions carry out their part. */
export const hasRole = { ROLE: z.enum(['primary', 'recovery']) };
