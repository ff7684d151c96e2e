/**
 * The nodes of the server: a `VisionSystem` of OPC 40100-1 (its own types, from the foundation's nodeset) with its two state machines
 * and the event ResultReady, and below it `Station`, a folder of plain variables with fixed node ids.
 */
import {
  type AddressSpace,
  DataType,
  promoteToStateMachine,
  StatusCodes,
  type UAEventType,
  type UAObject,
  type UAStateMachineEx,
  type UAVariable,
  Variant,
} from 'node-opcua'
import { present } from '../../present.ts'
import type { Told } from '../contract.ts'
import { type PlcName, type PlcValues, plcTypes } from './plc-variables.ts'

export const visionNamespace = 'http://opcfoundation.org/UA/MachineVision'

export interface StationNodes {
  /** Writes what differs from the values before, in the order of the table. */
  write(values: PlcValues): void
  /** Raises ResultReady. */
  raise(told: Told): void
}

/** Names of the standard's states that stand below `Operational`. */
const operational: readonly string[] = ['Initialized', 'Ready', 'SingleExecution']

/** @param values - That the variables begin with. */
export function addStationNodes(addressSpace: AddressSpace, values: PlcValues): StationNodes {
  const vision = addressSpace.getNamespaceIndex(visionNamespace)
  const own = addressSpace.getOwnNamespace()
  const { objects } = addressSpace.rootFolder
  const type = present(addressSpace.findObjectType('VisionSystemType', vision), 'VisionSystemType')
  const system = type.instantiate({
    browseName: 'VisionSystem',
    nodeId: 's=VisionSystem',
    organizedBy: objects,
    notifierOf: objects.server,
    optionals: ['VisionStateMachine', 'VisionStateMachine.AutomaticModeStateMachine'],
  })
  const machine = part(system, 'VisionStateMachine')
  const mode = part(machine, 'AutomaticModeStateMachine')
  refuseMethods(machine)
  refuseMethods(mode)

  const folder = own.addObject({ browseName: 'Station', nodeId: 's=Station', componentOf: system })
  const variables = new Map<PlcName, UAVariable>()
  for (const name of Object.keys(plcTypes) as PlcName[]) {
    const variable = own.addVariable({
      browseName: name,
      nodeId: `s=Station.${name}`,
      componentOf: folder,
      dataType: plcTypes[name],
      accessLevel: 'CurrentRead',
      userAccessLevel: 'CurrentRead',
      minimumSamplingInterval: 0,
    })
    variables.set(name, variable)
  }

  const setState = stateSetter(promoteToStateMachine(machine), promoteToStateMachine(mode))
  const raise = eventRaiser(addressSpace, system, vision)
  let written: PlcValues | null = null

  function write(next: PlcValues): void {
    for (const [name, variable] of variables) {
      if (written !== null && written[name] === next[name]) continue
      variable.setValueFromSource({ dataType: DataType[plcTypes[name]], value: next[name] }, StatusCodes.Good)
    }
    if (written?.State !== next.State) setState(next.State)
    written = next
  }

  write(values)
  return { write, raise }
}

function part(parent: UAObject, name: string): UAObject {
  return present(parent.getChildByName(name), name) as UAObject
}

/** The station takes no orders through this server: parts come by its API and its folder. */
function refuseMethods(object: UAObject): void {
  for (const method of object.getMethods())
    method.bindMethod((_inputs, _context, answer) =>
      answer(null, { statusCode: StatusCodes.BadNotSupported }),
    )
}

/** The transition that happens by itself, where the standard has several between two states. */
const byItself: Parameters<UAStateMachineEx['setState']>[1] = (transitions) =>
  transitions.find(({ browseName }) => browseName.name?.endsWith('Auto')) ?? transitions[0] ?? null

function stateSetter(machine: UAStateMachineEx, mode: UAStateMachineEx): (state: string) => void {
  const set = (which: UAStateMachineEx, state: string): void => {
    if (which.getCurrentState()?.split(':').at(-1) !== state) which.setState(state, byItself)
  }
  return (state) => {
    if (operational.includes(state)) {
      set(machine, 'Operational')
      set(mode, state)
    } else {
      set(machine, state)
      mode.setState(null)
    }
  }
}

function eventRaiser(addressSpace: AddressSpace, system: UAObject, vision: number): (told: Told) => void {
  const event = present(addressSpace.findEventType('ResultReadyEventType', vision), 'ResultReadyEventType')
  const idOf = (type: string, id: string): Variant => {
    const dataType = present(addressSpace.findDataType(type, vision), type)
    const value = addressSpace.constructExtensionObject(dataType, { id })
    return new Variant({ dataType: DataType.ExtensionObject, value })
  }
  return ({ message, signal }) => {
    const { inspection, time, outcome, part, model, score, threshold } = message
    const text = JSON.stringify({ outcome, ...signal, score, threshold })
    system.raiseEvent(event as UAEventType, {
      message: { dataType: DataType.LocalizedText, value: { text: `${outcome}: ${signal.action}` } },
      severity: { dataType: DataType.UInt16, value: signal.resultOk ? 100 : 500 },
      creationTime: { dataType: DataType.DateTime, value: new Date(time) },
      isPartial: { dataType: DataType.Boolean, value: false },
      isSimulated: { dataType: DataType.Boolean, value: false },
      // Completed (1) where a model has judged, failed (4) otherwise: ResultStateDataType, OPC 40100-1, 12.19.
      resultState: { dataType: DataType.Int32, value: signal.resultValid ? 1 : 4 },
      resultId: idOf('ResultIdDataType', inspection),
      jobId: idOf('JobIdDataType', inspection),
      partId: idOf('PartIdDataType', part ?? ''),
      internalRecipeId: idOf('RecipeIdInternalDataType', model?.fingerprint ?? ''),
      externalRecipeId: idOf('RecipeIdExternalDataType', model?.name ?? ''),
      internalConfigurationId: idOf('ConfigurationIdDataType', model?.preparation ?? ''),
      resultContent: new Variant({ dataType: DataType.String, value: text }),
    })
  }
}
