import type { components } from '../api-schema.js';

type Schemas = components['schemas'];

export type Camera = Schemas['Camera'];
export type CameraInput = Schemas['CameraInput'];
export type CameraChange = Schemas['CameraChange'];
export type CameraTestAnswer = Schemas['CameraTestAnswer'];
export type Zone = Schemas['Zone'];
export type Rule = Schemas['Rule'];
export type RuleInput = Schemas['RuleInput'];
export type RuleChange = Schemas['RuleChange'];
export type Video = Schemas['Video'];
export type Track = Schemas['Track'];
export type StoredPose = Schemas['StoredPose'];
export type Event = Schemas['Event'];
export type System = Schemas['SystemAnswer'];
export type User = Schemas['User'];
export type RuleKind = Rule['kind'];
export type Playback = Schemas['PlaybackAnswer'];
export type TrackPoses = Schemas['TrackPosesAnswer'];
export type Models = Schemas['ModelsAnswer'];
export type Model = Schemas['Model'];
export type UserLogin = Schemas['UserLogin'];
export type ModelDraft = Schemas['ModelDraft'];
export type ModelTrial = Schemas['ModelTrial'];
export type Decoder = Schemas['Decoder'];
