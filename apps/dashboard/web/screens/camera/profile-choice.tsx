import { Radio } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ProfileName } from '#pose/profile.js';
import { useModels } from '../../api/queries.js';
import { lacksText, missingModels, profileChoices } from '../../ui/profiles.js';
import classes from './profile-choice.module.css';

/** How pictures are analysed: one of the profiles, each with what it is good for and what it costs. */
export function ProfileChoice(props: {
  readonly label: string;
  readonly hint?: string;
  readonly value: ProfileName;
  readonly onChange: (profile: ProfileName) => void;
  /** Side by side where there is room. */
  readonly isRow?: boolean;
}) {
  return (
    <Radio.Group
      label={props.label}
      description={props.hint}
      value={props.value}
      onChange={(value) => {
        const chosen = profileChoices.find((choice) => choice.name === value);
        if (chosen !== undefined) props.onChange(chosen.name);
      }}
    >
      <div className={classes.choices} data-row={props.isRow === true || undefined}>
        {profileChoices.map(({ name, label, good, cost }) => (
          <Radio.Card key={name} value={name} className={classes.choice}>
            <Radio.Indicator className={classes.mark} />
            <span className={classes.words}>
              <strong>{label}</strong>
              <span>{good}</span>
              <small>{cost}</small>
            </span>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}

/** Says which models a choice lacks, what happens meanwhile, and how to get them. Nothing while all are there. */
export function MissingModels({
  profile,
  modelId,
}: {
  readonly profile: ProfileName;
  readonly modelId: string | null;
}) {
  const models = useModels().data;
  if (models === undefined) return null;
  const missing = missingModels({ profile, modelId }, models);
  if (missing.length === 0) return null;
  const command = modelId === null ? profile : missing.join(' ');
  return (
    <div className={classes.missing} role="status">
      <p>
        {lacksText(missing, models)} {profile === 'fast' ? '' : 'Until then Fast runs instead.'}
      </p>
      <p>
        <Link to="/system/models">Install under Models</Link>, or run
      </p>
      <code>./posewatch models pull {command}</code>
    </div>
  );
}
