/** What the station asks of the thread in which its OPC UA server runs. */
import type { Told } from '../contract.ts'
import type { StationState } from '../station-state.ts'

export type SecurityMode = 'none' | 'sign' | 'sign-and-encrypt'

export interface OpcuaServerSettings {
  /** Of the output. */
  readonly name: string
  /** Address that it listens at. */
  readonly host: string
  /** Under which clients reach it; stands in its certificate. Null: that of the machine. */
  readonly hostname: string | null
  readonly port: number
  readonly security: readonly SecurityMode[]
  /** Null: anybody may read. */
  readonly user: { readonly name: string; readonly password: string } | null
  /** Folder of our certificate and of those that are trusted. */
  readonly certificates: string
  readonly station: string
  readonly version: string
}

export type OpcuaJob =
  | { readonly kind: 'start'; readonly settings: OpcuaServerSettings }
  /** @see Heartbeat in `plc-variables.ts`; without one for some seconds the station counts as silent. */
  | { readonly kind: 'beat' }
  | { readonly kind: 'show'; readonly state: StationState; readonly isNewPart: boolean }
  /** `isCurrent`: of the part that is there now; an older one is an event and changes no variable. */
  | { readonly kind: 'tell'; readonly told: Told; readonly isCurrent: boolean }
  | { readonly kind: 'stop' }

/** Address of the server after `start`; null otherwise. */
export type OpcuaAnswer = string | null
