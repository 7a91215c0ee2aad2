"""What the form in DocuSign cannot do: letters with wording of their own, and reports about the process itself."""
