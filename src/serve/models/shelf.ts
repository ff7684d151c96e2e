/**
 * Which model judges. A switch loads and warms the new one beside the old, then changes a pointer: requests that began with the old
 * one end with it, and none is lost. What cannot be loaded changes nothing. A second model may run in shadow: it is scored and
 * recorded, and never answers.
 */
import type { OpenModelOptions } from '../../inspect/open-model.ts'
import type { ModelSwitch, Models } from '../../wire/serve/models.ts'
import { notFound, ProblemError, refused } from '../problem.ts'
import { type InService, readInService, type UsedModel, writeInService } from './in-service.ts'
import type { KnownModels } from './known-models.ts'
import { type LoadedModel, loadServedModel } from './loaded-model.ts'

export interface Shelf {
  list(): Models
  inUse(): ModelSwitch
  /** Taken for the caller, who releases it; null where no model is warm. */
  lease(use: 'active' | 'shadow'): LoadedModel | null
  /** @throws {ProblemError} 404, or 409: broken, with the reason; the old one stays. */
  activate(id: string): Promise<ModelSwitch>
  /** To the one that was active before. @throws {ProblemError} As {@link activate}; there was none. */
  rollBack(): Promise<ModelSwitch>
  /** @param id - Null for none. @throws {ProblemError} As {@link activate}. */
  setShadow(id: string | null): Promise<ModelSwitch>
  close(): Promise<void>
}

export interface ShelfOptions {
  readonly known: KnownModels
  /** `--model` and its id; null for none. */
  readonly start: { readonly path: string; readonly id: string } | null
  /** Where the choice is kept. */
  readonly statePath: string
  readonly open: OpenModelOptions
  /** Whether models that jobs train here will be taken. */
  readonly takesTrained: boolean
  /** Before a model is used. */
  readonly onLoad: (model: LoadedModel) => Promise<void>
  readonly note: (message: string) => void
}

/** @throws {ModelError} The model that was named at the start cannot be loaded. @throws {InputError} The file of the choice. */
export async function openShelf(options: ShelfOptions): Promise<Shelf> {
  const { known, start, statePath, open, note } = options
  const loadFrom = async (id: string, folder: string): Promise<LoadedModel> => {
    const model = await loadServedModel(id, folder, open)
    try {
      await options.onLoad(model)
    } catch (error) {
      await model.retire()
      throw error
    }
    return model
  }
  await known.refresh()
  const startedWith = start?.path ?? null
  const before = await readInService(statePath)
  let state: InService =
    before !== undefined && before.startedWith === startedWith
      ? before
      : { version: 1, startedWith, active: null, history: before?.history ?? [], shadow: null }
  let active: LoadedModel | null = null
  let shadow: LoadedModel | null = null
  let turn: Promise<unknown> = Promise.resolve()

  const load = async (id: string): Promise<LoadedModel> => {
    await known.refresh()
    const found = known.find(id)
    if (found === undefined) throw notFound(`model ${JSON.stringify(id)}`)
    if (found.state === 'broken') throw refused(409, 'MODEL', `model ${id} is broken: ${found.reason}`)
    return loadFrom(id, found.folder)
  }
  const used = ({ id, fingerprint }: LoadedModel): UsedModel => ({ id, fingerprint })
  const keep = async (next: InService): Promise<void> => {
    await writeInService(statePath, next)
    state = next
  }
  const inUse = (): ModelSwitch => ({
    active: active?.id ?? null,
    shadow: shadow?.id ?? null,
    previous: state.history[0]?.id ?? null,
    fingerprint: active?.fingerprint ?? null,
  })
  /** Switches take turns. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work)
    turn = result.catch(() => {}) // the caller gets the error
    return result
  }
  const switchTo = async (
    id: string,
    historyOf: (old: UsedModel | null) => UsedModel[],
  ): Promise<ModelSwitch> => {
    const next = await load(id)
    const old = active
    const isPromoted = shadow?.id === id
    const history = historyOf(old && used(old)).slice(0, 20)
    try {
      await keep({ ...state, active: used(next), history, ...(isPromoted && { shadow: null }) })
    } catch (error) {
      await next.retire()
      throw error
    }
    active = next
    void old?.retire()
    if (isPromoted) {
      void shadow?.retire()
      shadow = null
    }
    return inUse()
  }

  const first = state.active?.id ?? start?.id ?? onlyReady(known)
  if (first !== null) {
    try {
      active = first === start?.id ? await loadFrom(first, start.path) : await load(first)
    } catch (error) {
      if (first === start?.id) throw error
      note(`model ${first}, which judged before, cannot be loaded: ${(error as Error).message}`)
    }
    if (active !== null) {
      if (state.active !== null && state.active.fingerprint !== active.fingerprint)
        note(`the folder of model ${first} holds another model than when the station stopped`)
      await keep({ ...state, active: used(active) })
    }
  }
  if (state.shadow !== null) {
    try {
      shadow = await load(state.shadow.id)
    } catch (error) {
      note(`model ${state.shadow.id}, which ran in shadow, cannot be loaded: ${(error as Error).message}`)
    }
  }

  return {
    list: () => ({
      models: known.list().map(({ folder: _, ...each }) => ({
        ...{ id: each.id, state: each.state, reason: each.reason },
        use: useOf(each.id),
        fingerprint: each.fingerprint,
        changed: [active, shadow].some(
          (loaded) => loaded?.id === each.id && loaded.fingerprint !== each.fingerprint,
        ),
        card: each.card,
      })),
      ...{ active: active?.id ?? null, shadow: shadow?.id ?? null },
      previous: state.history[0]?.id ?? null,
      takesTrained: options.takesTrained,
    }),
    inUse,
    lease(use) {
      const model = use === 'active' ? active : shadow
      model?.take()
      return model
    },
    activate: (id) =>
      inTurn(() =>
        switchTo(id, (old) => (old === null || old.id === id ? [...state.history] : [old, ...state.history])),
      ),
    rollBack: () =>
      inTurn(async () => {
        const [previous, ...rest] = state.history
        if (previous === undefined) throw refused(409, 'NO_PREVIOUS', 'no other model was active before')
        return switchTo(previous.id, () => rest)
      }),
    setShadow: (id) =>
      inTurn(async () => {
        if (id !== null && id === active?.id)
          throw refused(409, 'SAME_MODEL', `model ${id} judges already: it cannot be its own shadow`)
        const next = id === null ? null : await load(id)
        await keep({ ...state, shadow: next && used(next) })
        void shadow?.retire()
        shadow = next
        return inUse()
      }),
    async close() {
      await turn
      await Promise.all([active?.retire(), shadow?.retire()])
      active = null
      shadow = null
    },
  }

  function useOf(id: string): 'active' | 'shadow' | 'previous' | null {
    if (id === active?.id) return 'active'
    if (id === shadow?.id) return 'shadow'
    return id === state.history[0]?.id ? 'previous' : null
  }
}

/** The only one there is needs no choosing. */
function onlyReady(known: KnownModels): string | null {
  const ready = known.list().filter(({ state }) => state === 'ready')
  return ready.length === 1 ? (ready[0]?.id ?? null) : null
}

/** No model is warm: a state of its own, and never "good". */
export const withoutModel = (): ProblemError =>
  new ProblemError({
    ...{ status: 503, code: 'NO_MODEL', state: 'no-model', retryAfter: 10 },
    detail: 'no model is active: POST /v1/models/{id}/activate. Nothing was judged',
  })
