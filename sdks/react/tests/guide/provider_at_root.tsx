// Must wrap entire app
function App() {
  return (
    <JanuaProvider config={config}>
      <Router>
        <YourApp />
      </Router>
    </JanuaProvider>
  );
}
