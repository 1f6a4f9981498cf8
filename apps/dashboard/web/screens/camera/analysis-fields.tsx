import { Select, Switch } from '@mantine/core';
import type { ProfileName } from '#pose/profile.js';
import { useModels } from '../../api/queries.js';
import type { Camera, Model } from '../../api/types.js';
import { MissingModels, ProfileChoice } from './profile-choice.js';

/** How a camera is analysed. */
export type Analysis = Pick<Camera, 'profile' | 'modelId' | 'wide' | 'motionGate'>;

export const analysisFields = ['profile', 'modelId', 'wide', 'motionGate'] as const;

/** Profile, model, wide view and motion gate of a camera. */
export function AnalysisFields({
  analysis,
  onChange,
}: {
  readonly analysis: Analysis;
  readonly onChange: (analysis: Analysis) => void;
}) {
  return (
    <>
      <ProfileChoice
        label="Analysis"
        value={analysis.profile}
        onChange={(profile) => {
          // A model of one profile cannot do the work of another.
          onChange({ ...analysis, profile, modelId: null });
        }}
      />
      <MissingModels profile={analysis.profile} modelId={analysis.modelId} />
      <ModelSelect
        profile={analysis.profile}
        modelId={analysis.modelId}
        onChange={(modelId) => {
          onChange({ ...analysis, modelId });
        }}
      />
      <Switch
        label="Wide view"
        description="More pixels for small people far away. About twice the work."
        checked={analysis.wide}
        onChange={(event) => {
          onChange({ ...analysis, wide: event.currentTarget.checked });
        }}
      />
      <Switch
        label="Rest while nothing moves"
        description="A still scene is looked at once in a while only."
        checked={analysis.motionGate}
        onChange={(event) => {
          onChange({ ...analysis, motionGate: event.currentTarget.checked });
        }}
      />
    </>
  );
}

const poseTask: Readonly<Record<ProfileName, Model['task']>> = {
  fast: 'multi-person-pose',
  accurate: 'person-pose',
  pose3d: 'person-pose-3d',
};

/** Another pose model than the profile's own; shown where there is one to choose. */
function ModelSelect(props: {
  readonly profile: ProfileName;
  readonly modelId: string | null;
  readonly onChange: (modelId: string | null) => void;
}) {
  const models = useModels().data;
  const ownIds = models?.profiles.find((each) => each.name === props.profile)?.models ?? [];
  const fitting = (models?.models ?? []).filter((model) => model.task === poseTask[props.profile]);
  const own = fitting.find((model) => ownIds.includes(model.id));
  const others = fitting.filter(
    (model) => model !== own && (model.state === 'installed' || model.id === props.modelId),
  );
  if (others.length === 0) return null;
  return (
    <Select
      label="Pose model"
      data={[
        { value: '', label: own === undefined ? "The profile's own" : `Its own: ${own.title}` },
        ...others.map((model) => ({ value: model.id, label: model.title })),
      ]}
      value={props.modelId ?? ''}
      allowDeselect={false}
      onChange={(value) => {
        props.onChange(value === null || value === '' ? null : value);
      }}
    />
  );
}
