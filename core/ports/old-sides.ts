/** Database clusters that fell behind, and are in the way of what comes home under their name. */
export interface OldSides {
  /**
   * Gives a cluster another name, so that its own is free; it is kept as it is. Called again, it goes on.
   * @returns whether the name is free by now
   */
  moveAway(clusterId: string, to: string): Promise<boolean>;
}
