/** Which settings of detectors have an option of their own on the command line: those that say so beside their schema. */
import { z } from 'zod'

export interface SettingFlag {
  /** What it does, after the names of the detectors that have it; begins in lower case. */
  readonly help: string
  /** For a path: what stands for it in the help, and what is said where it leads nowhere. */
  readonly path?: { readonly placeholder: string; readonly mustExist: string }
  /** How the help names a default that is null. */
  readonly defaultText?: string
}

/** `schema.register(settingFlags, { help })` makes the setting `--name`. */
export const settingFlags = z.registry<SettingFlag>()
