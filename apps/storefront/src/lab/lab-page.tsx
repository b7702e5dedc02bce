export function LabPage() {
  return <h1>Race</h1>;
}
