/**
 * Turns at what only one of Holdfast's own captures and restores may do at a time, such as a job in a database. Whose turn
 * it is stands in the catalog, and ends by itself when nobody renews it.
 */
export interface Turns {
  /** Takes the turn, or renews one's own. False while it is another's. */
  take(what: string): Promise<boolean>;
  /** Succeeds when it is another's, which stays. */
  leave(what: string): Promise<void>;
}
