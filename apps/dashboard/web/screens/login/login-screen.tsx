import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useSessionActions } from '../../app/session.js';
import { Mark } from '../../ui/mark.js';
import { LoginFigures } from './login-figures.js';
import classes from './login-screen.module.css';

/** Name and password; the address that was asked for opens afterwards. */
export function LoginScreen() {
  const { logIn } = useSessionActions();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    logIn(name, password).catch((error: unknown) => {
      setProblem(error instanceof Error ? error.message : 'The login failed.');
      setBusy(false);
    });
  };
  return (
    <main className={classes.screen}>
      <div className={classes.stage} aria-hidden>
        <LoginFigures />
      </div>
      <form className={classes.form} onSubmit={submit} data-testid="login-form" aria-label="Log in">
        <div className={classes.brand}>
          <Mark size={34} />
          <span>Posewatch</span>
        </div>
        <h1>Log in</h1>
        <TextInput
          label="Name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          size="md"
          required
          withAsterisk={false}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          size="md"
          required
          withAsterisk={false}
          value={password}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
          }}
        />
        <p className={classes.problem} role="alert">
          {problem}
        </p>
        <Button type="submit" variant="filled" size="md" fullWidth loading={isBusy}>
          Log in
        </Button>
        <p className={classes.hint}>
          The first login was printed where Posewatch was started: look at the output of <code>./posewatch up</code>.
        </p>
      </form>
    </main>
  );
}
