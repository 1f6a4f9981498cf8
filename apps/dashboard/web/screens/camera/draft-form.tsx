import { Button, TextInput } from '@mantine/core';
import type { ZoneDraft } from './zone-editor.js';
import classes from './side-panel.module.css';

/** Name, save and cancel of a zone that is being drawn. */
export function DraftForm(props: {
  readonly draft: ZoneDraft;
  readonly onChange: (draft: ZoneDraft) => void;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}) {
  const { draft } = props;
  return (
    <form
      className={classes.draft}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSave();
      }}
    >
      <TextInput
        label="Name of the zone"
        placeholder="Entrance"
        required
        withAsterisk={false}
        value={draft.name}
        onChange={(event) => {
          props.onChange({ ...draft, name: event.currentTarget.value });
        }}
      />
      <div className={classes.row}>
        <Button variant="subtle" onClick={props.onCancel}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" disabled={draft.polygon.length < 3}>
          Save the zone
        </Button>
      </div>
    </form>
  );
}
