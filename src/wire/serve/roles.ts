/** What somebody may do at the station, as plain values: each may do what those before it may. */
export const roles = ['inspect', 'review', 'admin'] as const
export type Role = (typeof roles)[number]
