import * as z from 'zod';

const text = z.string().min(1);

/** JSON as one variable. */
const json = <Schema extends z.ZodType>(what: string, schema: Schema) =>
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
    .pipe(schema);

/** `{"eu-west-1":"…","us-east-1":"…"}`. */
const byName = (what: string) => json(what, z.record(z.string(), text));

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
/** Regions that a group may be active in, beside this one, as a list. */
export const usesSides = { ...usesCatalog, SIDES: json('SIDES', z.array(text)) };
export const usesBus = { BUS_NAME: text };
/** Region → vault bucket. */
export const usesVaults = { VAULTS: byName('VAULTS') };
/** Where what is stored lies: the vaults, and the region of capture. */
export const usesPlaces = { ...usesVaults, HOME_REGION: text };
/** The region of capture. */
export const knowsHome = { HOME_REGION: text };
/** What the engine drivers need: the vaults, their keys (region → KMS alias ARN) and the region of capture. */
export const usesDrivers = { ...usesPlaces, VAULT_KEYS: byName('VAULT_KEYS') };
const receiptSettings = z.object({
  /** Alias ARN. */
  key: text,
  mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
  days: z.int().min(1),
  versions: z.record(z.string(), z.string()),
});
/** Where receipts lie, what signs them, and how long nobody can take them away. */
export const usesReceipts = { ...usesVaults, ...usesCatalog, RECEIPTS: json('RECEIPTS', receiptSettings) };
/** Machine → state machine ARN. */
export const usesMachines = { MACHINES: byName('MACHINES') };
/** Where restores of this region land when nothing else is said. */
export const usesLanding = { RESTORE_BUCKET: text };
/** Region → the bucket where its restores land when nothing else is said. */
export const usesLandings = { LANDINGS: byName('LANDINGS') };
/** `primary` decides what expires; `recovery` regions carry out their part. */
export const hasRole = { ROLE: z.enum(['primary', 'recovery']) };
